#include <algorithm>

#include "core/backend/cpu/kernels.h"
#include "core/backend/cpu/ranges.h"
#include "core/backend/cpu/storage.h"
#include "core/backend/cpu/window.h"

namespace zf::cpu {

namespace {

void rectify(float* g, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) g[i] = g[i] > 0 ? g[i] : 0.0F;
}

void mask(const float* y, float* g, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) g[i] = y[i] > 0 ? g[i] : 0.0F;
}

}  // namespace

void relu(Context& context, const DeviceTensor& x, DeviceTensor& y) {
  const float* in = data(x);
  float* out = data(y);
  for_ranges(context, x.size(), kGrain, [&](std::size_t begin, std::size_t end, int) {
    for (std::size_t i = begin; i < end; ++i) out[i] = in[i] > 0 ? in[i] : 0.0F;
  });
}

void relu_backward(Context& context, Rule rule, const DeviceTensor& y, Windows g_at, DeviceTensor& g) {
  const Shape& in = g.shape();
  float* signal = data(g);
  if (rule != Rule::kGradient) {
    for_ranges(context, g.size(), kGrain, [&](std::size_t begin, std::size_t end, int) { rectify(signal + begin, end - begin); });
  }
  if (rule == Rule::kDeconvnet) return;
  const Shape& full = y.shape();
  for_planes(context, in, [&](std::size_t plane, int) {
    const int n = static_cast<int>(plane) / in.c;
    const int c = static_cast<int>(plane) % in.c;
    const Window at = window_of(g_at, n);
    const float* map =
        data(y) + (static_cast<std::size_t>(at.image) * static_cast<std::size_t>(full.c) + static_cast<std::size_t>(c)) * full.plane();
    float* out = signal + plane * in.plane();
    if (g_at.empty()) return mask(map, out, in.plane());
    const Span columns = overlap(at.x, in.w, full.w);
    for (int row = 0; row < in.h; ++row, out += in.w) {
      if (at.y + row < 0 || at.y + row >= full.h || columns.empty()) {
        std::fill_n(out, in.w, 0.0F);
        continue;
      }
      std::fill(out, out + columns.begin, 0.0F);
      mask(map + (at.y + row) * full.w + at.x + columns.begin, out + columns.begin, columns.size());
      std::fill(out + columns.end, out + in.w, 0.0F);
    }
  });
}

}  // namespace zf::cpu
