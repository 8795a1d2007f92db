#include "core/analysis/lbfgs.h"

#include <cmath>
#include <deque>
#include <limits>
#include <utility>
#include <vector>

#include "core/tensor/error.h"

namespace zf {

namespace {

using Eigen::VectorXd;

/// The last steps and how the gradient changed over each: an estimate of the inverse Hessian.
class History {
 public:
  void add(VectorXd step, VectorXd change) {
    constexpr std::size_t kPairs = 12;
    const double curvature = step.dot(change);
    if (!(curvature > std::numeric_limits<double>::epsilon() * change.squaredNorm())) return;
    if (pairs_.size() == kPairs) pairs_.pop_front();
    pairs_.push_back({std::move(step), std::move(change), 1 / curvature});
  }

  /// Minus the estimate times the gradient (Nocedal's two loops).
  [[nodiscard]] VectorXd direction(const VectorXd& gradient) const {
    VectorXd d = -gradient;
    if (pairs_.empty()) return d / std::max(1.0, gradient.norm());
    std::vector<double> alpha(pairs_.size());
    for (std::size_t i = pairs_.size(); i-- > 0;) {
      alpha[i] = pairs_[i].rho * pairs_[i].step.dot(d);
      d -= alpha[i] * pairs_[i].change;
    }
    d *= 1 / (pairs_.back().rho * pairs_.back().change.squaredNorm());
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      d += (alpha[i] - pairs_[i].rho * pairs_[i].change.dot(d)) * pairs_[i].step;
    }
    return d;
  }

 private:
  struct Pair {
    VectorXd step;
    VectorXd change;
    double rho;  // 1 / (step . change)
  };
  std::deque<Pair> pairs_;
};

/// Halves the step until the value falls by a share of what the slope promises. False where rounding hides any fall.
bool search(const Objective& objective, const VectorXd& direction, double slope, VectorXd& x, double& value, VectorXd& gradient) {
  constexpr double kShare = 1e-4;
  constexpr int kHalvings = 40;
  const VectorXd start = x;
  const double before = value;
  double step = 1;
  for (int i = 0; i < kHalvings; ++i, step /= 2) {
    x = start + step * direction;
    value = objective(x, gradient);
    if (value <= before + kShare * step * slope) return true;
  }
  x = start;
  value = objective(x, gradient);
  return false;
}

}  // namespace

void minimise(const Objective& objective, VectorXd& x, const MinimiseOptions& options) {
  VectorXd gradient(x.size());
  double value = objective(x, gradient);
  const double enough = options.gradient * gradient.norm();
  History history;
  for (int i = 0; i < options.steps; ++i) {
    if (!std::isfinite(value)) fail("minimum: expected finite values, found {}", value);
    if (gradient.norm() <= enough) return;
    const VectorXd direction = history.direction(gradient);
    const VectorXd x_before = x;
    const VectorXd gradient_before = gradient;
    if (!search(objective, direction, gradient.dot(direction), x, value, gradient)) return;
    history.add(x - x_before, gradient - gradient_before);
  }
  fail("minimum: expected a gradient of {} after {} steps, found {}", enough, options.steps, gradient.norm());
}

}  // namespace zf
