#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <string_view>

#include "core/backend/backend.h"
#include "core/nn/net.h"
#include "tests/expect_error.h"

namespace zf::testing {

/// |found - expected| / |expected| in the Euclidean norm; infinite where sizes differ, or only the expected values are all 0.
inline double relative_error(std::span<const float> found, std::span<const float> expected) {
  if (found.size() != expected.size()) return INFINITY;
  double difference = 0;
  double norm = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    difference += std::pow(double{found[i]} - double{expected[i]}, 2);
    norm += std::pow(double{expected[i]}, 2);
  }
  if (difference == 0) return 0;
  return norm > 0 ? std::sqrt(difference / norm) : INFINITY;
}

inline Tensor random_tensor(const Shape& shape, std::uint32_t seed, float deviation = 1.0F) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0.0F, deviation);
  Tensor tensor(shape);
  for (float& value : tensor.values()) value = normal(random);
  return tensor;
}

/// Weights and factors that keep the signal's size from layer to layer, and small biases and slopes.
inline Parameters random_parameters(const Network& network, std::uint32_t seed) {
  Parameters parameters;
  const std::vector<Shape> inputs = input_shapes(network);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    for (const LayerTensor& tensor : layer_tensors(network.layers[i].op, inputs[i])) {
      const std::string_view role = tensor.role;
      const float spread = role == "weight" ? std::sqrt(2.0F / static_cast<float>(tensor.shape.item())) : role == "scale" ? 1.0F : 0.1F;
      parameters.emplace(network.layers[i].name + "." + tensor.role, random_tensor(tensor.shape, ++seed, spread));
    }
  }
  return parameters;
}

inline std::unique_ptr<Backend> make_backend(std::string_view name) {
  return name == "cpu" ? make_cpu_backend(2) : make_reference_backend();
}

/// A test that runs once on each backend.
class OnEveryBackend : public ::testing::TestWithParam<const char*> {
 protected:
  std::unique_ptr<Backend> backend_ = make_backend(GetParam());
};

inline std::string backend_name(const ::testing::TestParamInfo<const char*>& info) { return info.param; }

}  // namespace zf::testing

/// Runs the cases of a fixture that derives from OnEveryBackend.
#define ZF_ON_EVERY_BACKEND(fixture) \
  INSTANTIATE_TEST_SUITE_P(Backends, fixture, ::testing::Values("reference", "cpu"), zf::testing::backend_name)
