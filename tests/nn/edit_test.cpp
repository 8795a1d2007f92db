#include "core/nn/edit.h"

#include <gtest/gtest.h>

#include "tests/nn/testing.h"

namespace zf {
namespace {

using testing::expect_error;

std::vector<std::string> layer_names(const Network& net) {
  std::vector<std::string> names;
  for (const Layer& layer : net.layers) names.push_back(layer.name);
  return names;
}

/// Maps or units of every conv and linear layer.
std::vector<int> widths(const Network& net) {
  std::vector<int> result;
  const std::vector<Shape> shapes = output_shapes(net);
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    if (has_weights(net.layers[i].op)) result.push_back(shapes[i].c);
  }
  return result;
}

TEST(Edit, RemovesALayerWithItsReluAndDropout) {
  EXPECT_EQ(layer_names(without(zfnet({}), {"conv3", "conv4", "fc6"})),
            (std::vector<std::string>{"conv1", "relu1", "pool1", "norm1", "conv2", "relu2", "pool2", "norm2", "conv5", "relu5", "pool5",
                                      "fc7", "relu7", "drop7", "fc8", "prob"}));
}

TEST(Edit, KeepsPoolingAndNormalisation) {
  const std::vector<std::string> names = layer_names(without(zfnet({}), {"conv2"}));
  EXPECT_EQ(names[4], "pool2");
  EXPECT_EQ(names[5], "norm2");
}

TEST(Edit, ChangesMapsAndUnits) {
  EXPECT_EQ(widths(with_maps(zfnet({}), "conv3", 512)), (std::vector<int>{96, 256, 512, 384, 256, 4096, 4096, 1000}));
  EXPECT_EQ(widths(with_units(zfnet({}), "fc6", 2048)), (std::vector<int>{96, 256, 384, 384, 256, 2048, 4096, 1000}));
}

TEST(Edit, GivesTheScoresOtherClasses) {
  EXPECT_EQ(with_classes(zfnet({}), 3), with_units(zfnet({}), "fc8", 3));
  // As SqueezeNet ends: a convolution, its ReLU and the mean of each map.
  Network squeezed{"squeezed",
                   {1, 3, 16, 16},
                   {{"conv1", ConvLayer{8, 3, 2, 1}},
                    {"relu1", ReluLayer{}},
                    {"conv2", ConvLayer{10, 1, 1, 0}},
                    {"relu2", ReluLayer{}},
                    {"mean", GlobalAveragePoolLayer{}},
                    {"prob", SoftmaxLayer{}}}};
  EXPECT_EQ(widths(with_classes(squeezed, 4)), (std::vector<int>{8, 4}));
  squeezed.layers[3] = {"sum", AddLayer{}, {2, 2}};
  expect_error([&] { static_cast<void>(with_classes(squeezed, 4)); }, {"class scores from one conv or linear layer", "mean"});
}

TEST(Edit, SaysWhatItCannotDo) {
  expect_error([] { static_cast<void>(without(zfnet({}), {"conv9"})); }, {"conv1, conv2, conv3, conv4, conv5, fc6, fc7, fc8", "\"conv9\""});
  expect_error([] { static_cast<void>(without(zfnet({}), {"pool1"})); }, {"conv or linear layer", "\"pool1\""});
  expect_error([] { static_cast<void>(without(zfnet({}), {"conv3", "conv3"})); }, {"conv1, conv2, conv4", "\"conv3\""});
  expect_error([] { static_cast<void>(without(zfnet({}), {"fc8"})); }, {"below the class scores", "\"fc8\""});
  expect_error([] { static_cast<void>(without(alexnet({}), {"conv1"})); }, {"layer conv2", "2 groups"});
  expect_error([] { static_cast<void>(with_maps(zfnet({}), "fc6", 8)); }, {"layer fc6", "a conv layer"});
  expect_error([] { static_cast<void>(with_maps(zfnet({}), "conv3", 0)); }, {"layer conv3", "maps"});
  expect_error([] { static_cast<void>(with_maps(alexnet({}), "conv4", 7)); }, {"layer conv4", "2 groups"});
  expect_error([] { static_cast<void>(with_units(zfnet({}), "conv3", 8)); }, {"layer conv3", "a linear layer"});
  expect_error([] { static_cast<void>(with_units(zfnet({}), "fc6", -1)); }, {"layer fc6", "units"});
}

TEST(Edit, Table3HasItsTwelveNetworks) {
  using Widths = std::vector<int>;
  const std::vector<std::pair<std::string, Widths>> expected = {
      {"alexnet", {96, 256, 384, 384, 256, 4096, 4096, 1000}},
      {"alexnet-without-3-4", {96, 256, 256, 4096, 4096, 1000}},
      {"alexnet-without-7", {96, 256, 384, 384, 256, 4096, 1000}},
      {"alexnet-without-6-7", {96, 256, 384, 384, 256, 1000}},
      {"alexnet-without-3-4-6-7", {96, 256, 256, 1000}},
      {"alexnet-fc-2048", {96, 256, 384, 384, 256, 2048, 2048, 1000}},
      {"alexnet-fc-8192", {96, 256, 384, 384, 256, 8192, 8192, 1000}},
      {"zfnet", {96, 256, 384, 384, 256, 4096, 4096, 1000}},
      {"zfnet-fc-2048", {96, 256, 384, 384, 256, 2048, 2048, 1000}},
      {"zfnet-fc-8192", {96, 256, 384, 384, 256, 8192, 8192, 1000}},
      {"zfnet-conv-512-1024-512", {96, 256, 512, 1024, 512, 4096, 4096, 1000}},
      {"zfnet-conv-512-1024-512-fc-8192", {96, 256, 512, 1024, 512, 8192, 8192, 1000}}};
  const std::vector<Network> variants = table3_variants({});
  ASSERT_EQ(variants.size(), expected.size());
  for (std::size_t i = 0; i < variants.size(); ++i) {
    EXPECT_EQ(variants[i].name, expected[i].first);
    EXPECT_EQ(widths(variants[i]), expected[i].second) << variants[i].name;
  }
}

TEST(Edit, Table3ScalesWithTheBase) {
  const std::vector<Network> variants = table3_variants({112, 0.25, 256, 10});
  ASSERT_EQ(variants.size(), 12U);
  EXPECT_EQ(variants.back().name, "zfnet-conv-128-256-128-fc-512");
  EXPECT_EQ(widths(variants.back()), (std::vector<int>{24, 64, 128, 256, 128, 512, 512, 10}));
  EXPECT_EQ(widths(variants[5]), (std::vector<int>{24, 64, 96, 96, 64, 128, 128, 10}));
}

}  // namespace
}  // namespace zf
