#pragma once

#include <cstddef>

#include "core/backend/specs.h"

namespace zf::cpu {

/// What a backward signal g becomes, of f(x): g * f'(x), g rectified, or both.
enum class Backward : std::uint8_t { kDerivative, kRectified, kBoth };

// Runs of values of one map. A leaky ReLU's slope is `slope`, not f's.

/// y = f(x).
void apply(const Activation& f, float slope, const float* x, std::size_t count, float* y);
/// g in place. kRectified does not read x.
void apply_backward(const Activation& f, float slope, Backward backward, const float* x, std::size_t count, float* g);

}  // namespace zf::cpu
