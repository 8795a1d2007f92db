#include <algorithm>
#include <cmath>

#include "core/backend/cpu/kernels.h"
#include "core/backend/cpu/ranges.h"
#include "core/backend/cpu/storage.h"
#include "core/backend/cpu/window.h"

namespace zf::cpu {

namespace {

/// k + alpha/size * sum of squares around map c, for values that lie `step` apart.
float scale_of(const float* x, std::size_t step, const LrnSpec& spec, int c, int maps) {
  float sum = 0;
  for (int j = std::max(c - spec.size / 2, 0); j < std::min(c + spec.size / 2 + 1, maps); ++j) {
    const float value = x[static_cast<std::size_t>(j) * step];
    sum += value * value;
  }
  return spec.k + spec.alpha / static_cast<float>(spec.size) * sum;
}

}  // namespace

void lrn(Context& context, const DeviceTensor& x, const LrnSpec& spec, DeviceTensor& y) {
  const Shape& in = x.shape();
  for_planes(context, in, [&](std::size_t plane, int) {
    const int c = static_cast<int>(plane) % in.c;
    const std::size_t first = plane / static_cast<std::size_t>(in.c) * in.item();
    for (std::size_t i = 0; i < in.plane(); ++i) {
      const float scale = scale_of(data(x) + first + i, in.plane(), spec, c, in.c);
      data(y)[plane * in.plane() + i] = data(x)[plane * in.plane() + i] * std::pow(scale, -spec.beta);
    }
  });
}

void lrn_backward(Context& context, const DeviceTensor& x, const LrnSpec& spec, const DeviceTensor& g, Windows g_at, DeviceTensor& gx) {
  const Shape& full = x.shape();
  const Shape& in = g.shape();
  const float factor = 2 * spec.alpha * spec.beta / static_cast<float>(spec.size);
  for_planes(context, in, [&](std::size_t plane, int) {
    const int n = static_cast<int>(plane) / in.c;
    const int c = static_cast<int>(plane) % in.c;
    const Window at = window_of(g_at, n);
    for (int yy = 0; yy < in.h; ++yy) {
      for (int xx = 0; xx < in.w; ++xx) {
        const int fy = at.y + yy;
        const int fx = at.x + xx;
        const std::size_t place = static_cast<std::size_t>(yy) * static_cast<std::size_t>(in.w) + static_cast<std::size_t>(xx);
        float& out = data(gx)[plane * in.plane() + place];
        out = 0;
        if (fy < 0 || fy >= full.h || fx < 0 || fx >= full.w) continue;
        const float* values = data(x) + static_cast<std::size_t>(at.image) * full.item() + static_cast<std::size_t>(fy * full.w + fx);
        const float* signal = data(g) + static_cast<std::size_t>(n) * in.item() + place;
        float through = 0;
        for (int i = std::max(c - spec.size / 2, 0); i < std::min(c + spec.size / 2 + 1, in.c); ++i) {
          const float scale = scale_of(values, full.plane(), spec, i, in.c);
          through += signal[static_cast<std::size_t>(i) * in.plane()] * values[static_cast<std::size_t>(i) * full.plane()] *
                     std::pow(scale, -spec.beta - 1);
        }
        const auto own = static_cast<std::size_t>(c);
        out = signal[own * in.plane()] * std::pow(scale_of(values, full.plane(), spec, c, in.c), -spec.beta) -
              factor * values[own * full.plane()] * through;
      }
    }
  });
}

}  // namespace zf::cpu
