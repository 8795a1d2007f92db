#include "core/train/training_pass.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/data/random.h"
#include "core/tensor/error.h"
#include "tests/nn/fixture.h"
#include "tests/train/synthetic.h"

namespace zf {
namespace {

using testing::Fixture;

Recipe plain_recipe() {
  Recipe recipe;
  recipe.momentum = 0;
  recipe.decay = 0;
  recipe.filter_limit = 0;
  return recipe;
}

/// How far `found` is from `wanted`, relative to how far `wanted` is from `before`.
double step_error(std::span<const float> before, std::span<const float> found, std::span<const float> wanted) {
  double difference = 0;
  double step = 0;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    difference += std::pow(double{found[i]} - double{wanted[i]}, 2);
    step += std::pow(double{wanted[i]} - double{before[i]}, 2);
  }
  return std::sqrt(difference / step);
}

Batch random_batch(const Shape& shape) {
  Batch batch;
  batch.images = Tensor::uninitialised(shape);
  Random random(5, RandomUse::kAugment);
  for (float& value : batch.images.values()) value = static_cast<float>(random.normal());
  for (int i = 0; i < shape.n; ++i) batch.labels.push_back(i % 3);
  return batch;
}

// Three steps of PyTorch's SGD in double precision (make_fixtures.py).
TEST(TrainingPass, StepsAsPyTorchDoes) {
  using Case = std::pair<const char*, Network (*)()>;
  for (const auto& [name, make] :
       {Case{"small_zfnet", testing::small_zfnet}, Case{"small_mixed", testing::small_mixed}, Case{"small_graph", testing::small_graph}}) {
    const Fixture expected = testing::read_fixture(std::string(name) + "_expected");
    const Network network = make();
    const std::unique_ptr<Backend> backend = make_reference_backend();
    Net net(*backend, network, testing::fixture_parameters(testing::read_fixture(name), network));
    const Parameters before = net.parameters();
    Recipe recipe;
    recipe.momentum = 0.9;
    recipe.decay = 0.02;
    recipe.filter_limit = 0;
    Sgd sgd(net, recipe, Preprocess{});
    TrainingPass pass(net, sgd);
    Batch batch;
    batch.images = Tensor({2, network.input.c, network.input.h, network.input.w}, expected.at("input"));
    batch.labels.assign(expected.at("labels").begin(), expected.at("labels").end());
    const BatchResult first = pass.run(batch, 0, 0.05);
    EXPECT_NEAR(first.loss / first.photos, expected.at("loss")[0], 1e-5);
    pass.run(batch, 1, 0.05);
    pass.run(batch, 2, 0.05);
    for (const auto& [key, after] : net.parameters()) {
      if (key.ends_with(".slope")) continue;  // stays as it is
      EXPECT_LT(step_error(before.at(key).values(), after.values(), expected.at("after." + key)), 5e-4) << name << " " << key;
    }
  }
}

// The step of a rate of 1 is the gradient: finite differences through dropout (fixed masks), pooling and normalisation.
TEST(TrainingPass, GradientsThroughDropoutAreFiniteDifferences) {
  const std::unique_ptr<Backend> backend = make_reference_backend();
  const Model model = test::tiny_model();
  const Batch batch = random_batch({6, 3, 12, 12});
  constexpr std::uint64_t kMask = 11;
  const auto run = [&](const Parameters& parameters, double rate, Parameters* after) {
    Net net(*backend, model.network, parameters);
    Sgd sgd(net, plain_recipe(), model.preprocess);
    const BatchResult result = TrainingPass(net, sgd).run(batch, kMask, rate);
    if (after != nullptr) *after = net.parameters();
    return result.loss / result.photos;
  };
  Parameters after;
  run(model.parameters, 1, &after);
  for (const auto& [name, tensor] : model.parameters) {
    for (std::size_t i = 0; i < tensor.size(); i += tensor.size() / 5 + 1) {
      constexpr float kStep = 2e-3F;  // small against kinks, large against float32 rounding of the loss
      Parameters changed = model.parameters;
      changed.at(name).values()[i] = tensor.values()[i] + kStep;
      const double up = run(changed, 0, nullptr);
      changed.at(name).values()[i] = tensor.values()[i] - kStep;
      const double down = run(changed, 0, nullptr);
      const double gradient = double{tensor.values()[i]} - double{after.at(name).values()[i]};
      EXPECT_NEAR(gradient, (up - down) / (2 * double{kStep}), 0.02 * std::abs(gradient) + 3e-4) << name << " " << i;
    }
  }
}

TEST(TrainingPass, LossesThatAreNotFiniteAreErrors) {
  const std::unique_ptr<Backend> backend = make_reference_backend();
  Model model = test::tiny_model();
  model.parameters.at("fc3.bias").values()[0] = INFINITY;
  Net net(*backend, model.network, model.parameters);
  Sgd sgd(net, plain_recipe(), model.preprocess);
  EXPECT_THROW(TrainingPass(net, sgd).run(random_batch({2, 3, 12, 12}), 0, 0.1), Error);
}

double largest_rms(const Tensor& weight) {
  double largest = 0;
  for (int n = 0; n < weight.shape().n; ++n) {
    double sum = 0;
    for (const float value : weight.values().subspan(static_cast<std::size_t>(n) * weight.shape().item(), weight.shape().item())) {
      sum += double{value} * double{value};
    }
    largest = std::max(largest, std::sqrt(sum / static_cast<double>(weight.shape().item())));
  }
  return largest;
}

// Section 3: the limit is 1e-1 for raw pixels, so 5.8 for the first layer where inputs are divided by 58.
TEST(Sgd, LimitsFiltersOfConvolutionsOnly) {
  const std::unique_ptr<Backend> backend = make_reference_backend();
  Network network;
  network.input = {1, 3, 12, 12};
  network.layers = {{"conv1", ConvLayer{4, 7, 1, 3, 1}},
                    {"conv2", ConvLayer{128, 3, 1, 1, 1}},
                    {"conv3", ConvLayer{4, 3, 1, 1, 1}},
                    {"fc4", LinearLayer{3}}};
  Preprocess preprocess;
  preprocess.std = {58, 58, 58};
  Parameters parameters;
  const std::vector<Shape> shapes = output_shapes(network);
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    const Shape shape = weight_shape(layer.op, i == 0 ? network.input : shapes[i - 1]);
    parameters.emplace(layer.name + ".weight", Tensor(shape, 9));
    parameters.emplace(layer.name + ".bias", Tensor({1, shape.n, 1, 1}));
  }
  Net net(*backend, network, parameters);
  Recipe recipe = plain_recipe();
  recipe.filter_limit = 0.1;
  Sgd sgd(net, recipe, preprocess);
  for (int i = 0; i < 4; ++i) {
    const DeviceTensor weight = backend->upload(Tensor(net.weights(i).weight.shape()));
    const DeviceTensor bias = backend->upload(Tensor(net.weights(i).bias.shape()));
    sgd.step(i, weight, bias, 0.1);
  }
  const Parameters after = net.parameters();
  EXPECT_NEAR(largest_rms(after.at("conv1.weight")), 5.8, 1e-4);
  EXPECT_NEAR(largest_rms(after.at("conv2.weight")), 2 * std::sqrt(2.0 / 36), 1e-5);  // He's spread of 36 inputs, twice
  EXPECT_NEAR(largest_rms(after.at("conv3.weight")), 0.1, 1e-6);
  EXPECT_NEAR(largest_rms(after.at("fc4.weight")), 9, 1e-6);
}

TEST(Sgd, VelocitiesComeBack) {
  const std::unique_ptr<Backend> backend = make_reference_backend();
  const Model model = test::tiny_model();
  Recipe recipe = plain_recipe();
  recipe.momentum = 0.9;
  Net net(*backend, model.network, model.parameters);
  Sgd sgd(net, recipe, model.preprocess);
  TrainingPass(net, sgd).run(random_batch({4, 3, 12, 12}), 0, 0.1);
  Sgd other(net, recipe, model.preprocess);
  other.restore(sgd.velocities());
  for (const auto& [name, tensor] : sgd.velocities()) {
    const Parameters restored = other.velocities();
    EXPECT_TRUE(std::equal(tensor.values().begin(), tensor.values().end(), restored.at(name).values().begin())) << name;
    EXPECT_GT(std::abs(tensor.values()[0]) + std::abs(tensor.values()[1]) + std::abs(tensor.values()[2]), 0) << name;
  }
  Parameters missing = sgd.velocities();
  missing.erase("fc2.bias");
  EXPECT_THROW(other.restore(std::move(missing)), Error);
}

}  // namespace
}  // namespace zf
