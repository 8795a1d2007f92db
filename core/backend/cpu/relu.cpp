#include <algorithm>

#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/cpu/ranges.h"
#include "core/backend/cpu/storage.h"
#include "core/backend/cpu/window.h"

namespace zf::cpu {

namespace {

/// g where the rule lets it through, else 0; `y` is read by the rules that mask.
void apply(Rule rule, const float* y, float* g, std::size_t count) {
  switch (rule) {
    case Rule::kDeconvnet:
      for (std::size_t i = 0; i < count; ++i) g[i] = g[i] > 0 ? g[i] : 0.0F;
      break;
    case Rule::kGradient:
      for (std::size_t i = 0; i < count; ++i) g[i] = y[i] > 0 ? g[i] : 0.0F;
      break;
    case Rule::kGuided:
      for (std::size_t i = 0; i < count; ++i) g[i] = ((y[i] > 0) & (g[i] > 0)) ? g[i] : 0.0F;
      break;
  }
}

/// One map of a window at `at`; what hangs over the map becomes 0.
void apply_window(Rule rule, const float* y, Size full, Window at, float* g, Size size) {
  const Span columns = overlap(at.x, size.w, full.w);
  for (int row = 0; row < size.h; ++row, g += size.w) {
    if (at.y + row < 0 || at.y + row >= full.h || columns.empty()) {
      std::fill_n(g, size.w, 0.0F);
      continue;
    }
    std::fill_n(g, columns.begin, 0.0F);
    apply(rule, y + static_cast<std::ptrdiff_t>(at.y + row) * full.w + at.x + columns.begin, g + columns.begin, columns.size());
    std::fill(g + columns.end, g + size.w, 0.0F);
  }
}

}  // namespace

void CpuBackend::do_relu(const DeviceTensor& x, DeviceTensor& y) {
  const float* in = data(x);
  float* out = data(y);
  for_ranges(context_, x.size(), kGrain, [&](std::size_t begin, std::size_t end, int) {
    for (std::size_t i = begin; i < end; ++i) out[i] = in[i] > 0 ? in[i] : 0.0F;
  });
}

void CpuBackend::do_relu_backward(Rule rule, const DeviceTensor& y, Windows g_at, DeviceTensor& g) {
  const Shape& in = g.shape();
  float* signal = data(g);
  if (rule == Rule::kDeconvnet || g_at.empty()) {
    const float* forward = rule == Rule::kDeconvnet ? nullptr : data(y);
    for_ranges(context_, g.size(), kGrain, [&](std::size_t begin, std::size_t end, int) {
      apply(rule, forward == nullptr ? nullptr : forward + begin, signal + begin, end - begin);
    });
    return;
  }
  const Shape& full = y.shape();
  for_planes(context_, in, [&](std::size_t plane, int) {
    const Window at = window_of(g_at, static_cast<int>(plane) / in.c);
    const std::size_t source = static_cast<std::size_t>(at.image) * full.item() + plane % static_cast<std::size_t>(in.c) * full.plane();
    apply_window(rule, data(y) + source, full.map(), at, signal + plane * in.plane(), in.map());
  });
}

}  // namespace zf::cpu
