#pragma once

#include "core/backend/specs.h"
#include "core/tensor/tensor.h"

namespace zf::test {

// Convolutions straight from their definitions, in double: the oracle of the CPU kernels, independent of the reference backend.

[[nodiscard]] Tensor naive_conv(const Tensor& x, const Tensor& weight, const Tensor& bias, const ConvSpec& spec, bool relu);
/// Whole maps where the windows are empty.
[[nodiscard]] Tensor naive_conv_transpose(const Tensor& g, Windows g_at, const Tensor& weight, const ConvSpec& spec, int channels, Size out,
                                          Windows out_at);
[[nodiscard]] Tensor naive_weight_gradient(const Tensor& x, const Tensor& g, const ConvSpec& spec);
[[nodiscard]] Tensor naive_bias_gradient(const Tensor& g);

/// Largest difference over the largest magnitude of what is expected.
[[nodiscard]] double normalised_error(const Tensor& found, const Tensor& expected);

/// Uniform in [-1, 1], the share `zeros` of the elements 0; the same for the same seed.
[[nodiscard]] Tensor random_tensor(const Shape& shape, unsigned seed, double zeros = 0.0);

}  // namespace zf::test
