#include "core/analysis/linear_solver.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/analysis/matrix.h"
#include "core/tensor/error.h"

namespace zf {

void check_fit(const std::string& solver, const Tensor& x, std::span<const int> labels, int classes, double cost) {
  if (x.empty() || std::cmp_not_equal(x.shape().n, labels.size())) {
    fail("{}: expected one label for each vector of {}, found {}", solver, to_string(x.shape()), labels.size());
  }
  if (classes < 2) fail("{}: expected at least 2 classes, found {}", solver, classes);
  if (!(cost > 0) || !std::isfinite(cost)) fail("{}: expected a cost above 0, found {}", solver, cost);
  std::vector<bool> found(static_cast<std::size_t>(classes));
  for (const int label : labels) {
    if (label < 0 || label >= classes) fail("{}: expected labels of 0 to {}, found {}", solver, classes - 1, label);
    found[static_cast<std::size_t>(label)] = true;
  }
  const auto missing = std::find(found.begin(), found.end(), false);
  if (missing != found.end()) fail("{}: expected vectors of every class, found none of class {}", solver, missing - found.begin());
}

std::vector<int> best_classes(const Tensor& scores) {
  std::vector<int> classes;
  for (int i = 0; i < scores.shape().n; ++i) {
    const std::span<const float> row = scores.values().subspan(static_cast<std::size_t>(i) * scores.shape().item(), scores.shape().item());
    classes.push_back(static_cast<int>(std::max_element(row.begin(), row.end()) - row.begin()));
  }
  return classes;
}

std::vector<int> predict(const LinearModel& model, const Tensor& x) {
  const Eigen::Map<const Eigen::RowVectorXf> bias(model.bias.data(), static_cast<Eigen::Index>(model.bias.size()));
  Tensor scores = Tensor::uninitialised({x.shape().n, model.weight.shape().n, 1, 1});
  as_matrix(scores) = (as_matrix(x) * as_matrix(model.weight).transpose()).rowwise() + bias;
  return best_classes(scores);
}

}  // namespace zf
