#include <algorithm>

#include "core/backend/cpu/activation_kernel.h"
#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/cpu/ranges.h"
#include "core/backend/cpu/storage.h"
#include "core/backend/cpu/window.h"

namespace zf::cpu {

namespace {

[[nodiscard]] float slope_of(const Activation& f, const DeviceTensor* slopes, std::size_t map) {
  return slopes != nullptr ? data(*slopes)[map] : f.slope;
}

[[nodiscard]] Backward backward_of(Rule rule, const Activation& f) {
  if (!f.rectifies() || rule == Rule::kGradient) return Backward::kDerivative;
  return rule == Rule::kDeconvnet ? Backward::kRectified : Backward::kBoth;
}

/// One map of a window at `at`, of which `run(x, g, count)` computes what lies inside; what hangs over the map becomes 0.
template <typename Run>
void for_window(const float* x, Size full, Window at, float* g, Size size, const Run& run) {
  const Span columns = overlap(at.x, size.w, full.w);
  for (int row = 0; row < size.h; ++row, g += size.w) {
    if (at.y + row < 0 || at.y + row >= full.h || columns.empty()) {
      std::fill_n(g, size.w, 0.0F);
      continue;
    }
    std::fill_n(g, columns.begin, 0.0F);
    run(x + static_cast<std::ptrdiff_t>(at.y + row) * full.w + at.x + columns.begin, g + columns.begin, columns.size());
    std::fill(g + columns.end, g + size.w, 0.0F);
  }
}

}  // namespace

void CpuBackend::do_activate(const DeviceTensor& x, const Activation& f, const DeviceTensor* slopes, DeviceTensor& y) {
  if (slopes == nullptr) {
    return for_ranges(context_, x.size(), kGrain / 4,
                      [&](std::size_t begin, std::size_t end, int) { apply(f, f.slope, data(x) + begin, end - begin, data(y) + begin); });
  }
  const Shape& in = x.shape();
  for_planes(context_, in, [&](std::size_t plane, int) {
    const std::size_t at = plane * in.plane();
    apply(f, slope_of(f, slopes, plane % static_cast<std::size_t>(in.c)), data(x) + at, in.plane(), data(y) + at);
  });
}

void CpuBackend::do_activation_backward(Rule rule, const Activation& f, const DeviceTensor* slopes, const DeviceTensor& x, Windows g_at,
                                        DeviceTensor& g) {
  const Backward backward = backward_of(rule, f);
  const Shape& in = g.shape();
  const auto maps = static_cast<std::size_t>(in.c);
  for_planes(context_, in, [&](std::size_t plane, int) {
    float* signal = data(g) + plane * in.plane();
    const float slope = slope_of(f, slopes, plane % maps);
    if (backward == Backward::kRectified) return apply_backward(f, slope, backward, nullptr, in.plane(), signal);
    const Shape& full = x.shape();
    const Window at = window_of(g_at, static_cast<int>(plane / maps));
    const float* forward = data(x) + static_cast<std::size_t>(at.image) * full.item() + plane % maps * full.plane();
    if (g_at.empty()) return apply_backward(f, slope, backward, forward, in.plane(), signal);
    for_window(forward, full.map(), at, signal, in.map(),
               [&](const float* values, float* signals, std::size_t count) { apply_backward(f, slope, backward, values, count, signals); });
  });
}

}  // namespace zf::cpu
