#include "core/nn/graph.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/nn/receptive_field.h"
#include "core/nn/zoo.h"
#include "tests/expect_error.h"
#include "tests/nn/fixture.h"

namespace zf {
namespace {

using testing::expect_error;

/// A block with a way around it, behind which two layers read the same.
Network residual() {
  return {"residual",
          {1, 3, 16, 12},
          {{"conv1", ConvLayer{4, 3, 1, 1}},
           {"relu1", ReluLayer{}},
           {"conv2", ConvLayer{4, 3, 1, 1}},
           {"add2", AddLayer{}, {2, 1}},
           {"relu2", ReluLayer{}},
           {"mean", GlobalAveragePoolLayer{}},
           {"prob", SoftmaxLayer{}}}};
}

std::vector<int> listed(std::span<const int> values) { return {values.begin(), values.end()}; }

TEST(Graph, KnowsNeighbours) {
  const Graph graph(residual());
  EXPECT_EQ(listed(graph.inputs(0)), std::vector<int>{kPicture});
  EXPECT_EQ(listed(graph.inputs(3)), (std::vector<int>{2, 1}));
  EXPECT_EQ(listed(graph.readers(kPicture)), std::vector<int>{0});
  EXPECT_EQ(listed(graph.readers(1)), (std::vector<int>{2, 3}));
  EXPECT_EQ(graph.only_reader(1), -1);
  EXPECT_EQ(graph.only_reader(2), 3);
  EXPECT_EQ(graph.only_reader(6), -1);
}

TEST(Graph, KnowsWhatFollowsFromWhat) {
  const Graph graph(residual());
  EXPECT_EQ(graph.descendants(2), (std::vector<bool>{false, false, true, true, true, true, true}));
  EXPECT_EQ(graph.ancestors(2), (std::vector<bool>{true, true, true, false, false, false, false}));
  EXPECT_EQ(graph.descendants(kPicture), std::vector<bool>(7, true));
  EXPECT_EQ(graph.ancestors(kPicture), std::vector<bool>(7, false));
}

TEST(Graph, AValueThatIsReadTwiceByOneLayerHasOneReader) {
  Network network = residual();
  network.layers[3].inputs = {2, 2};
  network.layers[1].inputs = {};
  const Graph graph(network);
  EXPECT_EQ(listed(graph.readers(2)), std::vector<int>{3});
}

TEST(Graph, RefusesWhatIsNoOrderOfComputation) {
  const auto with_inputs = [](std::size_t layer, std::vector<int> inputs) {
    Network network = residual();
    network.layers[layer].inputs = std::move(inputs);
    return [network] { (void)output_shapes(network); };
  };
  expect_error(with_inputs(2, {3}), {"layer conv2", "2 layers before it", "number 3"});
  expect_error(with_inputs(2, {2}), {"layer conv2", "number 2"});
  expect_error(with_inputs(2, {-2}), {"layer conv2", "number -2"});
  expect_error(with_inputs(3, {1}), {"layer conv2", "a layer that reads it", "found none"});
}

TEST(Graph, RefusesInputsThatDoNotFit) {
  const auto refused = [](LayerOp op, std::vector<int> inputs, std::initializer_list<std::string_view> words) {
    Network network = residual();
    network.layers[2].op = ConvLayer{5, 3, 2, 1};
    network.layers[3] = {"x", std::move(op), std::move(inputs)};
    expect_error([&] { (void)output_shapes(network); }, words);
  };
  refused(AddLayer{}, {2, 1}, {"layer x", "inputs of one shape", "1x5x8x6", "1x4x16x12"});
  refused(ConcatLayer{}, {2, 1}, {"layer x", "maps of one size"});
  refused(ReluLayer{}, {2, 1}, {"layer x", "1 input", "found 2"});
  refused(ScaleMapsLayer{}, {2}, {"layer x", "2 inputs", "found 1"});
  refused(ScaleMapsLayer{}, {2, 1}, {"layer x", "factors of 1x5x1x1", "1x4x16x12"});
  refused(PermuteMapsLayer{2}, {2}, {"layer x", "groups that divide the 5 maps", "found 2"});
  refused(PadLayer{-1, 0, 0, 0}, {2}, {"layer x", "pads of 0"});
  refused(AveragePoolLayer{.kernel = 2, .pad = 2}, {2}, {"layer x", "0 <= pad < kernel"});
  refused(ActivationLayer{{.kind = Activation::Kind::kClip, .low = 1, .high = 1}}, {2}, {"layer x", "least value below the greatest"});
  refused(ConvLayer{.maps = 2, .kernel = 3, .dilation = 0}, {2}, {"layer x", "dilation of at least 1"});
}

TEST(Graph, ShapesOfEveryLayer) {
  const Network network = testing::small_graph();
  const std::vector<Shape> shapes = output_shapes(network);
  const auto shape = [&](std::string_view name) { return to_string(shapes[static_cast<std::size_t>(find_layer(network, name))]); };
  EXPECT_EQ(shape("pad1"), "1x3x36x33");
  EXPECT_EQ(shape("conv1"), "1x8x17x16");
  EXPECT_EQ(shape("add2"), "1x12x9x8");
  EXPECT_EQ(shape("concat4"), "1x32x9x8");
  EXPECT_EQ(shape("squeeze5"), "1x16x1x1");
  EXPECT_EQ(shape("pool6"), "1x16x5x4");
  EXPECT_EQ(shape("flat6"), "1x144x1x1");
}

// A viewer sees what a ReLU, or a normalisation and a ReLU, alone makes of a layer under that layer's name.
TEST(Graph, NamesForAViewer) {
  const Network network = testing::small_graph();
  const auto named = [&](std::string_view name) { return network.layers[static_cast<std::size_t>(find_layer(network, name))].name; };
  EXPECT_EQ(named("conv1"), "relu1");
  EXPECT_EQ(named("add2"), "relu2");
  EXPECT_EQ(named("conv2b"), "conv2b");
  EXPECT_EQ(named("conv3"), "bn3");
  EXPECT_EQ(named("add3"), "prelu3");
  EXPECT_EQ(named("depth4"), "clip4");
  EXPECT_EQ(named("fc7"), "relu7");
  EXPECT_EQ(named("logits"), "fc8");
  const std::vector<std::string> names = view_names(network);
  EXPECT_EQ(std::vector<std::string>(names.begin(), names.begin() + 5),
            (std::vector<std::string>{"pad1", "conv1", "conv2a", "conv2b", "conv2c"}));
  EXPECT_EQ(names.back(), "logits");
  for (const char* hidden : {"bn1", "relu1", "relu2", "clip4", "flat6", "relu7", "prob"}) {
    EXPECT_EQ(std::count(names.begin(), names.end(), hidden), 0) << hidden;
  }
}

TEST(Graph, AReluBehindNothingIsSeenItself) {
  const Network network{"plain", {1, 3, 4, 4}, {{"relu", ReluLayer{}}, {"prob", SoftmaxLayer{}}}};
  EXPECT_EQ(view_names(network), std::vector<std::string>{"logits"});
  EXPECT_EQ(find_layer(network, "relu"), 0);
}

TEST(Graph, FieldsOfBranchesAreTheirHull) {
  const std::vector<ReceptiveField> fields = receptive_fields(residual());
  EXPECT_EQ(fields[1], (ReceptiveField{{3, 3}, 1, -1}));
  EXPECT_EQ(fields[3], (ReceptiveField{{5, 5}, 1, -2}));
  EXPECT_EQ(fields[5], (ReceptiveField{{16, 12}, 0, 0}));
}

TEST(Graph, ADilatedKernelSeesFurther) {
  const Network network{"apart", {1, 3, 30, 30}, {{"conv", ConvLayer{.maps = 2, .kernel = 3, .pad = 2, .dilation = 2}}}};
  EXPECT_EQ(output_shapes(network)[0], (Shape{1, 2, 30, 30}));
  EXPECT_EQ(receptive_fields(network)[0], (ReceptiveField{{5, 5}, 1, -2}));
}

}  // namespace
}  // namespace zf
