#pragma once

#include "core/analysis/linear_solver.h"

namespace zf {

/// Linear support vector machines, one class against the rest, with squared hinge loss, to liblinear's tolerance of `eps`: in the dual
/// (`-s 1 -B 1`) where there are at least as many values as vectors, else in the primal (`-s 2 -B 1`), as its authors advise; the
/// minimum is the same. Seeds the C library's rand(), which the dual draws its order from, so that the same input gives the same
/// model.
class LiblinearSolver final : public LinearSolver {
 public:
  explicit LiblinearSolver(double eps = 0.1) : eps_(eps) {}
  [[nodiscard]] std::string name() const override { return "svm"; }
  [[nodiscard]] LinearModel fit(const Tensor& x, std::span<const int> labels, int classes, double cost) const override;

 private:
  double eps_;
};

}  // namespace zf
