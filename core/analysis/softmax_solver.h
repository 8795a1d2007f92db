#pragma once

#include "core/analysis/linear_solver.h"

namespace zf {

/// Multinomial logistic regression: the softmax classifier that section 5.2 puts on frozen features. A photo's loss is -log p of its
/// class. Minimised by L-BFGS in double precision until the gradient is a ten-thousandth of what it is at zero.
class SoftmaxSolver final : public LinearSolver {
 public:
  [[nodiscard]] std::string name() const override { return "softmax"; }
  [[nodiscard]] LinearModel fit(const Tensor& x, std::span<const int> labels, int classes, double cost) const override;
};

}  // namespace zf
