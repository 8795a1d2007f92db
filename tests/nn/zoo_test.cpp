#include "core/nn/zoo.h"

#include <gtest/gtest.h>

#include <limits>
#include <map>

#include "tests/nn/testing.h"

namespace zf {
namespace {

using testing::expect_error;
using Sides = std::vector<int>;

/// Maps of a layer and the side of its square maps.
Shape shape_of(const Network& net, std::string_view layer) {
  return output_shapes(net).at(static_cast<std::size_t>(find_layer(net, layer)));
}

Sides sides(const Network& net) {
  Sides result;
  for (const char* const layer : {"conv1", "pool1", "conv2", "pool2", "conv3", "conv4", "conv5", "pool5", "fc6", "prob"}) {
    const Shape shape = shape_of(net, layer);
    EXPECT_EQ(shape.h, shape.w);
    result.push_back(shape.h);
  }
  return result;
}

std::vector<int> maps(const Network& net) {
  std::vector<int> result;
  for (const char* const layer : {"conv1", "conv2", "conv3", "conv4", "conv5", "fc6", "fc7", "logits"})
    result.push_back(shape_of(net, layer).c);
  return result;
}

LayerCost total(const Network& net) {
  LayerCost sum;
  for (const LayerCost& cost : costs(net)) {
    sum.parameters += cost.parameters;
    sum.multiply_adds += cost.multiply_adds;
  }
  return sum;
}

// Fig. 3.
TEST(Zoo, ZfnetHasThePapersSizes) {
  const Network net = zfnet({});
  EXPECT_EQ(net.input, (Shape{1, 3, 224, 224}));
  EXPECT_EQ(sides(net), (Sides{110, 55, 26, 13, 13, 13, 13, 6, 1, 1}));
  EXPECT_EQ(maps(net), (std::vector<int>{96, 256, 384, 384, 256, 4096, 4096, 1000}));
  std::vector<std::string> names;
  for (const Layer& layer : net.layers) names.push_back(layer.name);
  EXPECT_EQ(names, (std::vector<std::string>{"conv1", "relu1", "pool1", "norm1", "conv2", "relu2", "pool2", "norm2",
                                             "conv3", "relu3", "conv4", "relu4", "conv5", "relu5", "pool5", "fc6",
                                             "relu6", "drop6", "fc7",   "relu7", "drop7", "fc8",   "prob"}));
}

TEST(Zoo, ZfnetCostsWhatThePaperImplies) {
  const Network net = zfnet({});
  const std::vector<LayerCost> cost = costs(net);
  std::map<std::string, LayerCost> by_name;
  for (std::size_t i = 0; i < cost.size(); ++i) by_name[net.layers[i].name] = cost[i];

  EXPECT_EQ(by_name["conv1"].multiply_adds, 110 * 110 * 96 * 3 * 49);
  const std::map<std::string, double> millions = {{"conv1", 170.8}, {"conv2", 415.3}, {"conv3", 149.5}, {"conv4", 224.3}, {"conv5", 149.5}};
  for (const auto& [name, expected] : millions) EXPECT_NEAR(static_cast<double>(by_name[name].multiply_adds) / 1e6, expected, 0.06) << name;
  EXPECT_NEAR(static_cast<double>(by_name["fc6"].multiply_adds + by_name["fc7"].multiply_adds + by_name["fc8"].multiply_adds) / 1e6, 58.6,
              0.06);
  EXPECT_NEAR(static_cast<double>(total(net).multiply_adds) / 1e9, 1.168, 0.0006);

  EXPECT_EQ(by_name["conv1"].parameters, 96 * 3 * 49 + 96);
  EXPECT_EQ(by_name["conv4"].parameters, 384 * 384 * 9 + 384);
  EXPECT_EQ(by_name["fc6"].parameters, 4096 * 256 * 36 + 4096);
  EXPECT_EQ(by_name["pool1"].parameters, 0);
  EXPECT_EQ(by_name["norm1"].multiply_adds, 0);
  EXPECT_EQ(total(net).parameters, 62'357'608);
}

TEST(Zoo, WideZfnetWidensTheMiddle) {
  EXPECT_EQ(maps(zfnet_wide({})), (std::vector<int>{96, 256, 512, 1024, 512, 4096, 4096, 1000}));
  EXPECT_EQ(sides(zfnet_wide({})), sides(zfnet({})));
}

TEST(Zoo, HalfNetIsTheDemoModels) {
  EXPECT_EQ(maps(zfnet({224, 0.5, 1024, 10})), (std::vector<int>{48, 128, 192, 192, 128, 1024, 1024, 10}));
}

// Krizhevsky et al. 2012, on 224 pixels; 60,965,224 parameters is the number known of it.
TEST(Zoo, AlexnetHasItsSizesAndGroups) {
  const Network net = alexnet({});
  EXPECT_EQ(sides(net), (Sides{55, 27, 27, 13, 13, 13, 13, 6, 1, 1}));
  EXPECT_EQ(maps(net), (std::vector<int>{96, 256, 384, 384, 256, 4096, 4096, 1000}));
  EXPECT_EQ(total(net).parameters, 60'965'224);
  std::map<std::string, int> groups;
  std::map<std::string, int> dense;
  for (const Layer& layer : net.layers) {
    if (const auto* conv = std::get_if<ConvLayer>(&layer.op)) groups[layer.name] = conv->groups;
  }
  for (const Layer& layer : alexnet_dense({}).layers) {
    if (const auto* conv = std::get_if<ConvLayer>(&layer.op)) dense[layer.name] = conv->groups;
  }
  EXPECT_EQ(groups, (std::map<std::string, int>{{"conv1", 1}, {"conv2", 2}, {"conv3", 1}, {"conv4", 2}, {"conv5", 2}}));
  EXPECT_EQ(dense, (std::map<std::string, int>{{"conv1", 1}, {"conv2", 1}, {"conv3", 1}, {"conv4", 1}, {"conv5", 1}}));
  EXPECT_EQ(net.layers[2].name, "norm1");
  EXPECT_EQ(net.layers[3].name, "pool1");
}

TEST(Zoo, WorksAtOtherSizesAndWidths) {
  EXPECT_EQ(sides(zfnet({112, 0.5, 512, 10})), (Sides{54, 27, 12, 6, 6, 6, 6, 2, 1, 1}));
  for (const std::string& name : architecture_names()) {
    for (const int size : {96, 128, 225, 320}) {
      for (const double width : {1.0 / 16, 0.3, 1.0}) {
        const Network net = make_network(name, {size, width, 64, 5});
        EXPECT_EQ(net.name, name);
        EXPECT_EQ(output_shapes(net).back(), (Shape{1, 5, 1, 1})) << name << " at " << size;
      }
    }
  }
}

TEST(Zoo, SaysWhatItCannotMake) {
  expect_error([] { static_cast<void>(make_network("vgg", {})); }, {"zfnet, zfnet-wide, alexnet, alexnet-dense", "\"vgg\""});
  for (const double width : {0.0, -1.0, 65.0, std::numeric_limits<double>::quiet_NaN()}) {
    expect_error([&] { static_cast<void>(zfnet({224, width, 64, 10})); }, {"network zfnet", "width"});
  }
  expect_error([] { static_cast<void>(zfnet({32, 1.0, 64, 10})); }, {"nothing is left"});
  expect_error([] { static_cast<void>(zfnet({0, 1.0, 64, 10})); }, {"expected an input"});
  expect_error([] { static_cast<void>(zfnet({224, 1.0, 0, 10})); }, {"layer fc6"});
  expect_error([] { static_cast<void>(zfnet({224, 1.0, 64, -1})); }, {"layer fc8"});
}

}  // namespace
}  // namespace zf
