// The softmax classifier: at its minimum the gradient, computed here from the definition, is nothing.
#include "core/analysis/softmax_solver.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "tests/analysis/linear_problems.h"
#include "tests/expect_error.h"

namespace zf {
namespace {

using test::LinearProblem;
using test::make_problem;
using testing::expect_error;

/// The largest element of the gradient of |w|^2 / 2 + cost * sum -log p, by its definition.
double steepest(const LinearProblem& problem, const LinearModel& model, double cost) {
  const int values = problem.x.shape().c;
  const int classes = static_cast<int>(model.bias.size());
  std::vector<std::vector<double>> gradient;  // (class, value), the bias last
  for (int k = 0; k < classes; ++k) {
    gradient.emplace_back();
    for (int c = 0; c < values; ++c) gradient.back().push_back(model.weight.at(k, c, 0, 0));
    gradient.back().push_back(model.bias[static_cast<std::size_t>(k)]);
  }
  for (int i = 0; i < problem.x.shape().n; ++i) {
    std::vector<double> e;
    double sum = 0;
    for (int k = 0; k < classes; ++k) {
      double score = model.bias[static_cast<std::size_t>(k)];
      for (int c = 0; c < values; ++c) score += static_cast<double>(model.weight.at(k, c, 0, 0)) * problem.x.at(i, c, 0, 0);
      e.push_back(std::exp(score));
      sum += e.back();
    }
    for (int k = 0; k < classes; ++k) {
      const auto row = static_cast<std::size_t>(k);
      const double error = cost * (e[row] / sum - (problem.labels[static_cast<std::size_t>(i)] == k ? 1 : 0));
      for (int c = 0; c < values; ++c) gradient[row][static_cast<std::size_t>(c)] += error * problem.x.at(i, c, 0, 0);
      gradient[row].back() += error;
    }
  }
  double most = 0;
  for (const auto& row : gradient) {
    for (const double g : row) most = std::max(most, std::abs(g));
  }
  return most;
}

TEST(SoftmaxSolver, TheGradientAtItsModelIsNothing) {
  const std::unique_ptr<Backend> backend = make_cpu_backend(1);
  for (const double cost : {0.01, 1.0, 30.0}) {
    const LinearProblem problem = make_problem(60, 7, 4, 1.5);
    const LinearModel model = SoftmaxSolver(*backend).fit(problem.x, problem.labels, 4, cost);
    const LinearModel zero{Tensor({4, 7, 1, 1}), std::vector<float>(4)};
    EXPECT_LT(steepest(problem, model, cost), 1e-3 * steepest(problem, zero, cost)) << cost;
  }
}

TEST(SoftmaxSolver, LearnsWhatCanBeSeparated) {
  const std::unique_ptr<Backend> backend = make_cpu_backend(1);
  const LinearProblem training = make_problem(90, 20, 3, 0.3);
  const LinearProblem others = make_problem(30, 20, 3, 0.3, 2);
  const LinearModel model = SoftmaxSolver(*backend).fit(training.x, training.labels, 3, 1);
  EXPECT_EQ(predict(model, others.x), others.labels);
}

TEST(SoftmaxSolver, BadInputIsRefused) {
  const LinearProblem problem = make_problem(6, 2, 3, 1);
  const std::unique_ptr<Backend> backend = make_cpu_backend(1);
  const SoftmaxSolver solver(*backend);
  expect_error([&] { static_cast<void>(solver.fit(problem.x, {}, 3, 1)); }, {"softmax", "expected one label for each"});
  expect_error([&] { static_cast<void>(solver.fit(problem.x, problem.labels, 2, 1)); }, {"expected labels of 0 to 1, found 2"});
  expect_error([&] { static_cast<void>(solver.fit(problem.x, problem.labels, 4, 1)); }, {"found none of class 3"});
  expect_error([&] { static_cast<void>(solver.fit(problem.x, problem.labels, 3, 0)); }, {"expected a cost above 0, found 0"});
  expect_error([&] { static_cast<void>(solver.fit(problem.x, problem.labels, 1, 1)); }, {"at least 2 classes"});
}

}  // namespace
}  // namespace zf
