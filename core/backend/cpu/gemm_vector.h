#pragma once

#include <cstddef>

#include "core/backend/cpu/numbers.h"
#include "core/backend/specs.h"

namespace zf::cpu {

/// y[i] = <row i of a, x> (+ bias[i], then ReLU) for m rows of k numbers that lie `pitch` apart. Streams a once.
void gemv(const Numbers& a, std::ptrdiff_t pitch, int m, int k, const float* x, const float* bias, Rectifier relu, float* y);

/// y += scale * x
void add_scaled(int count, float scale, const float* x, float* y);
void add_scaled(int count, float scale, const Numbers& x, float* y);

/// y[i * y_step] += x[i]
void add_strided(int count, const float* x, float* y, int y_step);

[[nodiscard]] float sum(const float* x, int count);

}  // namespace zf::cpu
