#include "native/liblinear/liblinear_solver.h"

#include <linear.h>

#include <cstdlib>
#include <memory>
#include <utility>

#include "core/tensor/error.h"

namespace zf {

namespace {

/// The rows of x as liblinear reads them: (index from 1, value) of what is not 0, then the bias's feature, then the end.
class Problem {
 public:
  Problem(const Tensor& x, std::span<const int> labels) : labels_(labels.begin(), labels.end()) {
    const std::size_t columns = x.shape().item();
    std::vector<std::size_t> starts;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      starts.push_back(nodes_.size());
      for (std::size_t c = 0; c < columns; ++c) {
        const float value = x.values()[i * columns + c];
        if (value != 0) nodes_.push_back({static_cast<int>(c) + 1, static_cast<double>(value)});
      }
      nodes_.push_back({static_cast<int>(columns) + 1, 1});
      nodes_.push_back({-1, 0});
    }
    for (const std::size_t start : starts) rows_.push_back(&nodes_[start]);
    problem_ = {static_cast<int>(labels.size()), static_cast<int>(columns) + 1, labels_.data(), rows_.data(), 1};
  }
  Problem(const Problem&) = delete;
  Problem& operator=(const Problem&) = delete;
  ~Problem() = default;

  [[nodiscard]] const problem* get() const { return &problem_; }

 private:
  std::vector<double> labels_;
  std::vector<feature_node> nodes_;
  std::vector<feature_node*> rows_;
  problem problem_{};
};

struct FreeModel {
  void operator()(model* m) const { free_and_destroy_model(&m); }
};

void print_nothing(const char* /*text*/) {}

LinearModel read(const model& found, int columns, int classes) {
  LinearModel result{Tensor({classes, columns, 1, 1}), std::vector<float>(static_cast<std::size_t>(classes))};
  for (int i = 0; i < classes; ++i) {
    const int k = found.label[i];
    for (int c = 0; c < columns; ++c) result.weight.at(k, c, 0, 0) = static_cast<float>(get_decfun_coef(&found, c + 1, i));
    result.bias[static_cast<std::size_t>(k)] = static_cast<float>(get_decfun_bias(&found, i));
  }
  return result;
}

}  // namespace

LinearModel LiblinearSolver::fit(const Tensor& x, std::span<const int> labels, int classes, double cost) const {
  check_fit(name(), x, labels, classes, cost);
  const Problem problem(x, labels);
  parameter settings{};
  settings.solver_type = std::cmp_greater_equal(x.shape().item(), labels.size()) ? L2R_L2LOSS_SVC_DUAL : L2R_L2LOSS_SVC;
  settings.C = cost;
  settings.eps = eps_;
  if (const char* const wrong = check_parameter(problem.get(), &settings)) fail("svm: liblinear expected other settings, found {}", wrong);
  set_print_string_function(print_nothing);
  std::srand(1);
  const std::unique_ptr<model, FreeModel> found(train(problem.get(), &settings));
  return read(*found, static_cast<int>(x.shape().item()), classes);
}

}  // namespace zf
