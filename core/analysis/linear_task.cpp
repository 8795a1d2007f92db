#include "core/analysis/linear_task.h"

#include <Eigen/QR>
#include <algorithm>
#include <utility>

#include "core/analysis/matrix.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

Tensor rows_of(const Tensor& x, std::span<const std::size_t> rows) {
  Tensor result = Tensor::uninitialised({static_cast<int>(rows.size()), x.shape().c, 1, 1});
  const std::size_t columns = x.shape().item();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::span<const float> from = x.values().subspan(rows[i] * columns, columns);
    std::copy(from.begin(), from.end(), result.values().begin() + static_cast<std::ptrdiff_t>(i * columns));
  }
  return result;
}

std::vector<int> pick(std::span<const int> labels, std::span<const std::size_t> places) {
  std::vector<int> result;
  for (const std::size_t place : places) result.push_back(labels[place]);
  return result;
}

/// Features of some photos, and their classes.
Tensor gather(const TransferData& data, const Features& features, std::span<const std::size_t> photos, std::vector<int>& labels) {
  std::vector<std::size_t> rows;
  for (const std::size_t photo : photos) {
    rows.push_back(
        static_cast<std::size_t>(std::lower_bound(features.photos.begin(), features.photos.end(), photo) - features.photos.begin()));
    labels.push_back(data.photos.samples[photo].label);
  }
  return rows_of(features.rows, rows);
}

}  // namespace

LinearTask make_task(const TransferData& data, const Features& features, const TransferSplit& split) {
  LinearTask task;
  task.classes = static_cast<int>(data.photos.classes.size());
  task.train = gather(data, features, split.train, task.train_labels);
  task.test = gather(data, features, split.test, task.test_labels);
  const Eigen::RowVectorXf mean = as_matrix(std::as_const(task.train)).colwise().mean();
  for (Tensor* const part : {&task.train, &task.test}) {
    Eigen::Map<Matrix> rows = as_matrix(*part);
    rows.rowwise() -= mean;
    rows.rowwise().normalize();
  }
  return task;
}

void turn_into_span(LinearTask& task) {
  const int photos = task.train.shape().n;
  if (photos >= task.train.shape().c) return;
  // Columns are photos: train = Q R, and Q^T turns both sets.
  Eigen::MatrixXf train = as_matrix(std::as_const(task.train)).transpose();
  Eigen::HouseholderQR<Eigen::Ref<Eigen::MatrixXf>> qr(train);
  Eigen::MatrixXf test = as_matrix(std::as_const(task.test)).transpose();
  test.applyOnTheLeft(qr.householderQ().adjoint());
  task.train = Tensor({photos, photos, 1, 1});
  task.test = Tensor::uninitialised({static_cast<int>(test.cols()), photos, 1, 1});
  as_matrix(task.train).triangularView<Eigen::Lower>() = train.topRows(photos).transpose();
  as_matrix(task.test) = test.topRows(photos).transpose();
}

Accuracy accuracy(std::span<const int> predicted, std::span<const int> labels, int classes) {
  if (labels.empty() || predicted.size() != labels.size()) {
    fail("accuracy: expected one prediction for each of some photos, found {} for {}", predicted.size(), labels.size());
  }
  std::vector<double> right(static_cast<std::size_t>(classes));
  std::vector<double> all(right.size());
  double plain = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto c = static_cast<std::size_t>(labels[i]);
    const double hit = predicted[i] == labels[i] ? 1 : 0;
    right[c] += hit;
    all[c] += 1;
    plain += hit;
  }
  double sum = 0;
  double present = 0;
  for (std::size_t c = 0; c < right.size(); ++c) {
    if (all[c] == 0) continue;
    sum += right[c] / all[c];
    present += 1;
  }
  return {sum / present, plain / static_cast<double>(labels.size())};
}

double choose_cost(const LinearSolver& solver, const LinearTask& task, std::span<const double> costs) {
  if (costs.empty()) fail("{}: expected costs to choose from, found none", solver.name());
  if (costs.size() == 1) return costs.front();
  const HoldOut parts = hold_out(task.train_labels, task.classes);
  const Tensor kept = rows_of(task.train, parts.kept);
  const Tensor held = rows_of(task.train, parts.held);
  const std::vector<int> kept_labels = pick(task.train_labels, parts.kept);
  const std::vector<int> held_labels = pick(task.train_labels, parts.held);
  double best = costs.front();
  double highest = -1;
  for (const double cost : costs) {
    const LinearModel model = solver.fit(kept, kept_labels, task.classes, cost);
    const double found = accuracy(predict(model, held), held_labels, task.classes).mean_class;
    if (found > highest) best = cost;
    highest = std::max(highest, found);
  }
  return best;
}

}  // namespace zf
