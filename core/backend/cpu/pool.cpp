#include <algorithm>

#include "core/backend/cpu/kernels.h"
#include "core/backend/cpu/ranges.h"
#include "core/backend/cpu/storage.h"
#include "core/backend/cpu/window.h"

namespace zf::cpu {

void max_pool(Context& context, const DeviceTensor& x, const PoolSpec& spec, DeviceTensor& y, DeviceSwitches& switches) {
  const Shape& in = x.shape();
  const Shape& out = y.shape();
  for_planes(context, in, [&](std::size_t plane, int) {
    const float* map = data(x) + plane * in.plane();
    float* to = data(y) + plane * out.plane();
    std::uint32_t* taken = data(switches) + plane * out.plane();
    for (int oy = 0; oy < out.h; ++oy) {
      const int top = oy * spec.stride - spec.pad;
      for (int ox = 0; ox < out.w; ++ox) {
        const int left = ox * spec.stride - spec.pad;
        int best = std::max(top, 0) * in.w + std::max(left, 0);
        for (int iy = std::max(top, 0); iy < std::min(top + spec.kernel, in.h); ++iy) {
          for (int ix = std::max(left, 0); ix < std::min(left + spec.kernel, in.w); ++ix) {
            if (map[iy * in.w + ix] > map[best]) best = iy * in.w + ix;
          }
        }
        *to++ = map[best];
        *taken++ = static_cast<std::uint32_t>(best);
      }
    }
  });
}

void unpool(Context& context, const DeviceTensor& g, Windows g_at, const DeviceSwitches& switches, Size plane_size, Windows out_at,
            DeviceTensor& gx) {
  const Shape& in = g.shape();
  const Shape& pooled = switches.shape();
  const Shape& out = gx.shape();
  for_planes(context, out, [&](std::size_t plane, int) {
    const int n = static_cast<int>(plane) / in.c;
    const int c = static_cast<int>(plane) % in.c;
    const Window from = window_of(g_at, n);
    const Window to = window_of(out_at, n);
    const float* signal = data(g) + plane * in.plane();
    const std::uint32_t* taken =
        data(switches) +
        (static_cast<std::size_t>(from.image) * static_cast<std::size_t>(pooled.c) + static_cast<std::size_t>(c)) * pooled.plane();
    float* target = data(gx) + plane * out.plane();
    std::fill_n(target, out.plane(), 0.0F);
    const Span rows = overlap(from.y, in.h, pooled.h);
    const Span columns = overlap(from.x, in.w, pooled.w);
    for (int row = rows.begin; row < rows.end; ++row) {
      for (int column = columns.begin; column < columns.end; ++column) {
        const float value = signal[row * in.w + column];
        if (value == 0) continue;
        const auto place = static_cast<int>(taken[(from.y + row) * pooled.w + from.x + column]);
        const int ty = place / plane_size.w - to.y;
        const int tx = place % plane_size.w - to.x;
        if (ty >= 0 && ty < out.h && tx >= 0 && tx < out.w) target[ty * out.w + tx] += value;
      }
    }
  });
}

}  // namespace zf::cpu
