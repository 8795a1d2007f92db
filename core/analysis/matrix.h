#pragma once

#include <Eigen/Core>

#include "core/tensor/tensor.h"

namespace zf {

// Tensors (N, D, 1, 1) as Eigen's matrices, for the linear classifiers.

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

[[nodiscard]] inline Eigen::Map<const Matrix> as_matrix(const Tensor& x) {
  return {x.data(), x.shape().n, static_cast<int>(x.shape().item())};
}
[[nodiscard]] inline Eigen::Map<Matrix> as_matrix(Tensor& x) { return {x.data(), x.shape().n, static_cast<int>(x.shape().item())}; }

}  // namespace zf
