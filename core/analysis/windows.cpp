#include "core/analysis/windows.h"

#include <algorithm>

namespace zf {

namespace {

/// a / b rounded down, for b above 0.
int floor_div(int a, int b) { return a >= 0 ? a / b : -((b - 1 - a) / b); }

}  // namespace

int first_reached(const Stencil& stencil, int input) {
  // Output i reads input a where i * stride - pad <= a < i * stride - pad + kernel.
  return floor_div(input + stencil.pad - stencil.kernel, stencil.stride) + 1;
}

Extent reached_outputs(const Stencil& stencil, Extent inputs, int size) {
  if (inputs.count < 1) return {};
  const int last_input = inputs.first + inputs.count - 1;
  const int first = std::max(0, first_reached(stencil, inputs.first));
  const int last = std::min(size - 1, floor_div(last_input + stencil.pad, stencil.stride));
  return first <= last ? Extent{first, last - first + 1} : Extent{};
}

Extent read_inputs(const Stencil& stencil, Extent outputs) {
  return {outputs.first * stencil.stride - stencil.pad, (outputs.count - 1) * stencil.stride + stencil.kernel};
}

}  // namespace zf
