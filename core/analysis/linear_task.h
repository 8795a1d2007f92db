#pragma once

#include <span>
#include <vector>

#include "core/analysis/features.h"
#include "core/analysis/linear_solver.h"
#include "core/analysis/transfer_data.h"

namespace zf {

/// Two sets of vectors and their classes.
struct LinearTask {
  Tensor train;  ///< (photos, values, 1, 1)
  Tensor test;
  std::vector<int> train_labels;
  std::vector<int> test_labels;
  int classes = 0;
};

/// The features of a split, made ready for linear classifiers: the mean training vector is taken off, then every vector is
/// scaled to length 1 (0 stays 0).
[[nodiscard]] LinearTask make_task(const TransferData& data, const Features& features, const TransferSplit& split);

/// Turns the vectors of a task with fewer training photos than values into the span of the training vectors, so that each has as many
/// values as there are training photos. What is orthogonal to all of those plays no part in the minimum that a LinearSolver
/// looks for, and a turn keeps every inner product, so that the scores stay what they were.
void turn_into_span(LinearTask& task);

/// Fractions of right classes, 0 to 1.
struct Accuracy {
  double mean_class = 0;  ///< mean of the classes' own: what the paper reports
  double plain = 0;       ///< of all photos alike
};
[[nodiscard]] Accuracy accuracy(std::span<const int> predicted, std::span<const int> labels, int classes);

/// The cost with the highest mean class accuracy on photos held out of the training set (hold_out()); of equals the lowest.
[[nodiscard]] double choose_cost(const LinearSolver& solver, const LinearTask& task, std::span<const double> costs);

}  // namespace zf
