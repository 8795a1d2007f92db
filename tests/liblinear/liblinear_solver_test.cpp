// The SVM: against liblinear's own command line on dumped features, and against the conditions of its minimum.
#include "native/liblinear/liblinear_solver.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>

#include "tests/analysis/linear_problems.h"
#include "tests/expect_error.h"
#include "tests/train/synthetic.h"

namespace zf {
namespace {

using test::LinearProblem;
using test::make_problem;

/// In liblinear's text format, every number exact.
void dump(const LinearProblem& problem, const std::string& path) {
  std::ofstream file(path);
  for (int i = 0; i < problem.x.shape().n; ++i) {
    file << problem.labels[static_cast<std::size_t>(i)];
    for (int c = 0; c < problem.x.shape().c; ++c) file << fmt::format(" {}:{}", c + 1, problem.x.at(i, c, 0, 0));
    file << "\n";
  }
}

/// Weights by class, the bias last, from the model file that liblinear-train writes.
std::vector<std::vector<double>> command_line_model(const std::string& path, int values, int classes) {
  std::ifstream file(path);
  std::vector<int> order(static_cast<std::size_t>(classes));
  for (std::string word; file >> word && word != "w";) {
    if (word != "label") continue;
    for (int& label : order) file >> label;
  }
  const bool one = classes == 2;  // two classes share one line of weights
  std::vector<std::vector<double>> weights(static_cast<std::size_t>(classes));
  for (int row = 0; row <= values; ++row) {
    for (std::size_t k = 0; k < (one ? 1 : order.size()); ++k) {
      double w = 0;
      file >> w;
      weights[static_cast<std::size_t>(order[k])].push_back(w);
      if (one) weights[static_cast<std::size_t>(order[1])].push_back(-w);
    }
  }
  EXPECT_TRUE(file.good()) << path;
  return weights;
}

/// Fits vectors of `values` values by both, the command line with the solver `-s`.
void expect_same(int values, int classes, double cost, int solver, double eps) {
  const test::TemporaryFolder folder;
  const LinearProblem problem = make_problem(60, values, classes, 1.5);
  dump(problem, folder.path("features"));
  const std::string command = fmt::format("{} -q -s {} -B 1 -c {} -e {} '{}' '{}'", ZF_LIBLINEAR_TRAIN, solver, cost, eps,
                                          folder.path("features"), folder.path("model"));
  ASSERT_EQ(std::system(command.c_str()), 0);
  const auto expected = command_line_model(folder.path("model"), values, classes);
  const LinearModel model = LiblinearSolver(1e-6).fit(problem.x, problem.labels, classes, cost);
  for (int k = 0; k < classes; ++k) {
    const auto& row = expected[static_cast<std::size_t>(k)];
    for (int c = 0; c < values; ++c) EXPECT_NEAR(model.weight.at(k, c, 0, 0), row[static_cast<std::size_t>(c)], 1e-3);
    EXPECT_NEAR(model.bias[static_cast<std::size_t>(k)], row.back(), 1e-3);
  }
}

TEST(LiblinearSolver, EqualsItsOwnCommandLine) {
  for (const int classes : {2, 5}) {
    for (const double cost : {0.1, 10.0}) {
      expect_same(9, classes, cost, 2, 1e-6);
      expect_same(70, classes, cost, 1, 1e-6);
    }
    // The dual's minimum is the primal's, whose tolerance is relative to the first gradient.
    expect_same(70, classes, 0.01, 2, 1e-9);
  }
}

/// The gradient of |w|^2 / 2 + cost * sum max(0, 1 - y w.x)^2 for one class against the rest, relative to that at w = 0.
double steepness(const LinearProblem& problem, const LinearModel& model, int k, double cost, bool zero) {
  const int values = problem.x.shape().c;
  std::vector<double> gradient(static_cast<std::size_t>(values) + 1);
  const auto weight = [&](int c) {
    if (zero) return 0.0;
    return static_cast<double>(c < values ? model.weight.at(k, c, 0, 0) : model.bias[static_cast<std::size_t>(k)]);
  };
  const auto value = [&](int i, int c) { return c < values ? static_cast<double>(problem.x.at(i, c, 0, 0)) : 1.0; };
  for (int c = 0; c <= values; ++c) gradient[static_cast<std::size_t>(c)] = weight(c);
  for (int i = 0; i < problem.x.shape().n; ++i) {
    const double y = problem.labels[static_cast<std::size_t>(i)] == k ? 1 : -1;
    double margin = 0;
    for (int c = 0; c <= values; ++c) margin += y * weight(c) * value(i, c);
    if (margin >= 1) continue;
    for (int c = 0; c <= values; ++c) gradient[static_cast<std::size_t>(c)] -= 2 * cost * (1 - margin) * y * value(i, c);
  }
  double sum = 0;
  for (const double g : gradient) sum += g * g;
  return std::sqrt(sum);
}

TEST(LiblinearSolver, TheGradientAtItsModelIsNothing) {
  for (const int values : {12, 100}) {
    const LinearProblem problem = make_problem(80, values, 4, 2);
    const LinearModel model = LiblinearSolver(1e-6).fit(problem.x, problem.labels, 4, 0.5);
    for (int k = 0; k < 4; ++k) {
      EXPECT_LT(steepness(problem, model, k, 0.5, false), 1e-4 * steepness(problem, model, k, 0.5, true)) << values << ", class " << k;
    }
  }
}

TEST(LiblinearSolver, TheSameInputGivesTheSameModel) {
  const LinearProblem problem = make_problem(40, 6, 3, 2);
  const LinearModel first = LiblinearSolver().fit(problem.x, problem.labels, 3, 1);
  const LinearModel again = LiblinearSolver().fit(problem.x, problem.labels, 3, 1);
  EXPECT_EQ(first.bias, again.bias);
  EXPECT_TRUE(std::equal(first.weight.values().begin(), first.weight.values().end(), again.weight.values().begin()));
}

TEST(LiblinearSolver, BadInputIsRefused) {
  const LinearProblem problem = make_problem(6, 2, 3, 1);
  testing::expect_error([&] { static_cast<void>(LiblinearSolver().fit(problem.x, problem.labels, 4, 1)); }, {"svm", "class 3"});
  testing::expect_error([&] { static_cast<void>(LiblinearSolver().fit(problem.x, problem.labels, 3, -1)); }, {"found -1"});
}

}  // namespace
}  // namespace zf
