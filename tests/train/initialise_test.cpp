#include "core/train/initialise.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/train/synthetic.h"

namespace zf {
namespace {

Network small_network() {
  Network network;
  network.input = {1, 3, 16, 16};
  network.layers = {{"conv1", ConvLayer{64, 3, 1, 1, 1}},
                    {"relu1", ReluLayer{}},
                    {"conv2", ConvLayer{64, 3, 1, 1, 1}},
                    {"relu2", ReluLayer{}},
                    {"fc2", LinearLayer{10}},
                    {"prob", SoftmaxLayer{}}};
  return network;
}

double deviation(const Tensor& tensor) {
  double sum = 0;
  for (const float value : tensor.values()) sum += static_cast<double>(value) * static_cast<double>(value);
  return std::sqrt(sum / static_cast<double>(tensor.size()));
}

TEST(Initialise, HeFollowsTheInputsOfAFilterAndTheEndsAreSmall) {
  const Parameters parameters = initialise(small_network(), Initialisation::kHe, 1);
  EXPECT_NEAR(deviation(parameters.at("conv1.weight")), std::sqrt(2.0 / 27) / 20, 0.001);
  EXPECT_NEAR(deviation(parameters.at("conv2.weight")), std::sqrt(2.0 / 576), 0.003);
  EXPECT_NEAR(deviation(parameters.at("fc2.weight")), 0.01, 0.0002);
  EXPECT_EQ(parameters.at("fc2.weight").shape(), (Shape{10, 64 * 16 * 16, 1, 1}));
  EXPECT_EQ(deviation(parameters.at("conv1.bias")), 0);
  EXPECT_EQ(parameters.at("conv1.bias").shape(), (Shape{1, 64, 1, 1}));
}

TEST(Initialise, ThePapersIsOneHundredthEverywhere) {
  const Parameters parameters = initialise(small_network(), Initialisation::kPaper, 1);
  EXPECT_NEAR(deviation(parameters.at("conv1.weight")), 0.01, 0.0005);
  EXPECT_NEAR(deviation(parameters.at("fc2.weight")), 0.01, 0.0002);
}

TEST(Initialise, FollowsFromTheSeed) {
  const auto first = [](std::uint64_t seed) {
    return initialise(small_network(), Initialisation::kHe, seed).at("conv1.weight").values()[0];
  };
  EXPECT_EQ(first(1), first(1));
  EXPECT_NE(first(1), first(2));
}

TEST(Initialise, WarmStartTakesWhatFitsAndSaysWhatDoesNot) {
  Parameters parameters = initialise(small_network(), Initialisation::kHe, 1);
  Network larger = small_network();
  larger.input = {1, 3, 32, 32};
  Parameters source = initialise(larger, Initialisation::kHe, 2);
  const Tensor conv1 = source.at("conv1.weight");
  source.erase("conv1.bias");
  const WarmStart start = warm_start(parameters, std::move(source));
  EXPECT_EQ(start.taken, 4);  // all but conv1.bias and fc2.weight
  EXPECT_EQ(parameters.at("conv1.weight").values()[5], conv1.values()[5]);
  ASSERT_EQ(start.left.size(), 2U);
  EXPECT_EQ(start.left[0], "conv1.bias: 1x64x1x1, found none");
  EXPECT_EQ(start.left[1], "fc2.weight: 10x16384x1x1, found 10x65536x1x1");
}

}  // namespace
}  // namespace zf
