#include "core/nn/network.h"

#include <gtest/gtest.h>

#include <limits>

#include "core/nn/zoo.h"
#include "tests/nn/testing.h"

namespace zf {
namespace {

using testing::expect_error;

Network with_layers(std::vector<Layer> layers, Shape input = {1, 4, 12, 12}) { return {"net", input, std::move(layers)}; }

void expect_refused(std::vector<Layer> layers, std::initializer_list<std::string_view> parts) {
  expect_error([&] { static_cast<void>(output_shapes(with_layers(std::move(layers)))); }, parts);
}

TEST(Network, RefusesMissingRepeatedAndMisplacedLayers) {
  expect_refused({}, {"network net", "at least one layer", "none"});
  expect_refused({{"", ReluLayer{}}}, {"a name for every layer", "layer 0"});
  expect_refused({{"a", ReluLayer{}}, {"a", ReluLayer{}}}, {"unique layer names", "a twice"});
  expect_refused({{"drop", DropoutLayer{}}}, {"layer drop", "found it first"});
}

TEST(Network, RefusesInputsWithoutPixelsOrBeyondMemory) {
  for (const Shape& input :
       {Shape{1, 0, 8, 8}, Shape{1, 3, 0, 8}, Shape{1, 3, 8, -1}, Shape{1, 3, 8, 16385}, Shape{1, 1 << 20, 1 << 14, 8}}) {
    expect_error(
        [&] {
          static_cast<void>(output_shapes(with_layers({{"r", ReluLayer{}}}, input)));
        },
        {"expected an input", "found " + to_string(input)});
  }
}

TEST(Network, RefusesConvolutionsThatMakeNoSense) {
  expect_refused({{"c", ConvLayer{0, 3}}}, {"layer c", "maps and groups of 1", "found 0, 1, 3, 1 and 0"});
  for (const ConvLayer& op : {ConvLayer{8, 0}, ConvLayer{8, 3, 0}, ConvLayer{8, 3, 1, -1}, ConvLayer{8, 3, 1, 0, 0}, ConvLayer{8, 1 << 30},
                              ConvLayer{8, 3, 1, 1 << 30}, ConvLayer{1 << 30, 3}}) {
    expect_refused({{"c", op}}, {"layer c", "expected maps and groups of 1"});
  }
  expect_refused({{"c", ConvLayer{8, 3, 1, 0, 3}}}, {"layer c", "3 groups divide", "8 of 4"});
  expect_refused({{"c", ConvLayer{9, 3, 1, 0, 3}}}, {"layer c", "3 groups divide", "9 of 4"});
  expect_refused({{"c", ConvLayer{8, 13}}}, {"layer c", "nothing is left of its input 1x4x12x12"});
  expect_refused({{"c", ConvLayer{1 << 20, 1, 1, 6000}}}, {"layer c", "output elements"});
  expect_refused({{
                      "c",
                      ConvLayer{1 << 20, 12},
                  },
                  {"d", ConvLayer{1 << 20, 1}}},
                 {"layer d", "weights"});
}

TEST(Network, RefusesOtherLayersThatMakeNoSense) {
  for (const int units : {0, -4, 1 << 30}) expect_refused({{"f", LinearLayer{units}}}, {"layer f", "units", std::to_string(units)});
  for (const PoolSpec& spec : {PoolSpec{0, 2}, PoolSpec{2, 0}, PoolSpec{2, 2, 2}, PoolSpec{2, 2, -1}, PoolSpec{1 << 30, 1}}) {
    expect_refused({{"p", MaxPoolLayer{spec}}}, {"layer p", "0 <= pad < kernel"});
  }
  expect_refused({{"p", MaxPoolLayer{{13, 1}}}}, {"layer p", "nothing is left"});
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const LrnSpec& spec : {LrnSpec{0}, LrnSpec{4}, LrnSpec{-5}, LrnSpec{5, -1.0F}, LrnSpec{5, nan}, LrnSpec{5, 1.0F, nan},
                              LrnSpec{5, 1.0F, 1.0F, 0.0F}, LrnSpec{5, 1.0F, 1.0F, nan}}) {
    expect_refused({{"n", LrnLayer{spec}}}, {"layer n", "k above 0"});
  }
  for (const float p : {-0.1F, 1.0F, nan}) expect_refused({{"r", ReluLayer{}}, {"d", DropoutLayer{p}}}, {"layer d", "0 <= p < 1"});
}

TEST(Network, RoundsPoolsDownOrUp) {
  const auto side = [](int in, const PoolSpec& spec) { return output_shape({"p", MaxPoolLayer{spec}}, {1, 1, in, in}).h; };
  EXPECT_EQ(side(110, {3, 2, 1, false}), 55);
  EXPECT_EQ(side(55, {3, 2, 0, false}), 27);
  EXPECT_EQ(side(110, {3, 2, 0, true}), 55);
  EXPECT_EQ(side(110, {3, 2, 0, false}), 54);
  // A window that would start behind the image and its padding does not count.
  EXPECT_EQ(side(5, {2, 4, 1, true}), 2);
}

TEST(Network, GivesWeightsToConvAndLinearLayers) {
  EXPECT_EQ(weight_shape(ConvLayer{8, 5, 2, 1, 2}, {1, 4, 12, 10}), (Shape{8, 2, 5, 5}));
  EXPECT_EQ(weight_shape(LinearLayer{7}, {1, 4, 3, 2}), (Shape{7, 4, 3, 2}));
  EXPECT_EQ(conv_spec(LinearLayer{7}, {1, 4, 3, 2}), (ConvSpec{7, 3, 2, 1, 0, 1}));
  expect_error([] { static_cast<void>(weight_shape(ReluLayer{}, {1, 4, 3, 2})); }, {"expected a conv or linear layer, found relu"});
}

TEST(Network, NamesItsTypes) {
  const std::vector<LayerOp> ops = {ConvLayer{}, LinearLayer{}, ReluLayer{}, MaxPoolLayer{}, LrnLayer{}, DropoutLayer{}, SoftmaxLayer{}};
  std::vector<std::string> names;
  for (const LayerOp& op : ops) names.emplace_back(type_name(op));
  EXPECT_EQ(names, (std::vector<std::string>{"conv", "linear", "relu", "max_pool", "lrn", "dropout", "softmax"}));
}

TEST(Network, FindsWhatAViewerMeansByAName) {
  const Network net = zfnet({});
  const auto found = [&](std::string_view name) { return net.layers[static_cast<std::size_t>(find_layer(net, name))].name; };
  EXPECT_EQ(found("conv5"), "relu5");
  EXPECT_EQ(found("fc7"), "relu7");
  EXPECT_EQ(found("relu1"), "relu1");
  EXPECT_EQ(found("pool5"), "pool5");
  EXPECT_EQ(found("norm1"), "norm1");
  EXPECT_EQ(found("drop6"), "drop6");
  EXPECT_EQ(found("fc8"), "fc8");
  EXPECT_EQ(found("logits"), "fc8");
  EXPECT_EQ(found("prob"), "prob");
  expect_error([&] { static_cast<void>(found("conv9")); }, {"network zfnet", "conv1, pool1, norm1", "fc7, logits", "\"conv9\""});
}

TEST(Network, FindsTheScoresOfANetWithoutSoftmax) {
  const Network net = with_layers({{"c", ConvLayer{8, 3}}, {"r", ReluLayer{}}, {"f", LinearLayer{5}}});
  EXPECT_EQ(logits_layer(net), 2);
  EXPECT_EQ(find_layer(net, "logits"), 2);
  expect_error([&] { static_cast<void>(find_layer(net, "prob")); }, {"\"prob\"", "c, logits"});
}

TEST(Network, EndsStagesBehindPoolingAndNormalisation) {
  const auto ends = [](const Network& net) {
    std::vector<std::string> names;
    for (int k = 1; k <= 8; ++k) names.push_back(net.layers[static_cast<std::size_t>(stage_end(net, k))].name);
    return names;
  };
  EXPECT_EQ(ends(zfnet({})), (std::vector<std::string>{"norm1", "norm2", "relu3", "relu4", "pool5", "relu6", "relu7", "fc8"}));
  EXPECT_EQ(ends(alexnet({})), (std::vector<std::string>{"pool1", "pool2", "relu3", "relu4", "pool5", "relu6", "relu7", "fc8"}));
  for (const int k : {0, -1, 9}) {
    expect_error([&] { static_cast<void>(stage_end(zfnet({}), k)); }, {"layer number of 1 to 8", "found " + std::to_string(k)});
  }
}

TEST(Network, ShowsItsViewsBottomUp) {
  EXPECT_EQ(view_names(zfnet({})), (std::vector<std::string>{"conv1", "pool1", "norm1", "conv2", "pool2", "norm2", "conv3", "conv4",
                                                             "conv5", "pool5", "fc6", "fc7", "logits"}));
}

TEST(Network, NamesWhatItFinds) {
  const Network network = zfnet({});
  for (const std::string& name : view_names(network)) EXPECT_EQ(view_name(network, find_layer(network, name)), name);
  EXPECT_EQ(view_name(network, 0), "conv1");
  EXPECT_EQ(network.layers[0].name, "conv1");
  EXPECT_NE(find_layer(network, "conv1"), 0);
}

}  // namespace
}  // namespace zf
