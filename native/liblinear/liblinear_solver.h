#pragma once

#include "core/analysis/linear_solver.h"

namespace zf {

/// Linear support vector machines, one class against the rest, with squared hinge loss: liblinear's `-s 1 -B 1`, by dual coordinate
/// descent to its tolerance of `eps`. Seeds the C library's rand(), which liblinear draws its order from, so that the same input
/// gives the same model.
class LiblinearSolver final : public LinearSolver {
 public:
  explicit LiblinearSolver(double eps = 0.1) : eps_(eps) {}
  [[nodiscard]] std::string name() const override { return "svm"; }
  [[nodiscard]] LinearModel fit(const Tensor& x, std::span<const int> labels, int classes, double cost) const override;

 private:
  double eps_;
};

}  // namespace zf
