#pragma once

#include <vector>

#include "core/data/random.h"
#include "core/tensor/tensor.h"

namespace zf::test {

/// Noisy vectors around one centre a class.
struct LinearProblem {
  Tensor x;  ///< (photos, values, 1, 1)
  std::vector<int> labels;
};

inline LinearProblem make_problem(int photos, int values, int classes, double noise, std::uint64_t seed = 1) {
  LinearProblem problem{Tensor({photos, values, 1, 1}), {}};
  Random random(seed, RandomUse::kInitialise);
  for (int i = 0; i < photos; ++i) {
    const int label = i % classes;
    problem.labels.push_back(label);
    Random centre(99, RandomUse::kInitialise, static_cast<std::uint64_t>(label));
    for (int c = 0; c < values; ++c) problem.x.at(i, c, 0, 0) = static_cast<float>(centre.normal() + noise * random.normal());
  }
  return problem;
}

}  // namespace zf::test
