#pragma once

#include "core/analysis/linear_solver.h"
#include "core/backend/backend.h"

namespace zf {

/// Multinomial logistic regression: the softmax classifier that section 5.2 puts on frozen features. A photo's loss is -log p of its
/// class. Minimised by L-BFGS on a backend's sums until the gradient is a ten-thousandth of what it is at zero.
class SoftmaxSolver final : public LinearSolver {
 public:
  /// `backend` must outlive this.
  explicit SoftmaxSolver(Backend& backend) : backend_(&backend) {}
  [[nodiscard]] std::string name() const override { return "softmax"; }
  [[nodiscard]] LinearModel fit(const Tensor& x, std::span<const int> labels, int classes, double cost) const override;

 private:
  Backend* backend_;
};

}  // namespace zf
