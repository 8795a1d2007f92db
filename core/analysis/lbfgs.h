#pragma once

#include <Eigen/Core>
#include <functional>

namespace zf {

/// The value of a smooth function at x; writes its gradient.
using Objective = std::function<double(const Eigen::VectorXd& x, Eigen::VectorXd& gradient)>;

struct MinimiseOptions {
  double gradient = 1e-4;  ///< relative to the start's at which the search ends
  int steps = 1000;        ///< at most
};

/// Limited-memory BFGS with backtracking from `x`, which becomes the minimum of a convex function. Deterministic. Throws where
/// a value is not finite or the steps do not suffice.
void minimise(const Objective& objective, Eigen::VectorXd& x, const MinimiseOptions& options);

}  // namespace zf
