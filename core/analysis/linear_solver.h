#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/tensor/tensor.h"

namespace zf {

/// A linear classifier on vectors x of D values: class k scores weight[k] . x + bias[k].
struct LinearModel {
  Tensor weight;  ///< (classes, D, 1, 1)
  std::vector<float> bias;
};

/// Learns linear classifiers. The host brings the SVM: liblinear natively.
class LinearSolver {
 public:
  LinearSolver() = default;
  LinearSolver(const LinearSolver&) = delete;
  LinearSolver& operator=(const LinearSolver&) = delete;
  virtual ~LinearSolver() = default;

  /// "svm", as options, tables and files spell it.
  [[nodiscard]] virtual std::string name() const = 0;
  /// The minimum of |w|^2 / 2 + cost * (the photos' losses), where w holds weights and biases alike: a bias is the weight of a
  /// further feature that is always 1. x is (N, D, 1, 1), labels are 0 to classes - 1. The same input gives the same model.
  /// Throws where the numbers do not fit together.
  [[nodiscard]] virtual LinearModel fit(const Tensor& x, std::span<const int> labels, int classes, double cost) const = 0;
};

/// Throws where a solver's input makes no sense; errors start with the solver's name.
void check_fit(const std::string& solver, const Tensor& x, std::span<const int> labels, int classes, double cost);

/// The class of the highest score of every row of scores (N, classes, 1, 1); of equals the first.
[[nodiscard]] std::vector<int> best_classes(const Tensor& scores);

/// best_classes() of a model's scores of x (N, D, 1, 1).
[[nodiscard]] std::vector<int> predict(const LinearModel& model, const Tensor& x);

}  // namespace zf
