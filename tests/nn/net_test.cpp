#include "core/nn/net.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/nn/prediction.h"
#include "tests/nn/testing.h"

namespace zf {
namespace {

using testing::expect_error;
using testing::random_parameters;
using testing::random_tensor;

/// A ReLU behind a convolution, one behind none, dropout, softmax.
Network tiny_network() {
  return {"tiny",
          {1, 2, 9, 8},
          {{"conv1", ConvLayer{4, 3, 1, 1, 2}},
           {"relu1", ReluLayer{}},
           {"pool1", MaxPoolLayer{{3, 2, 1, false}}},
           {"norm1", LrnLayer{{3, 0.5F, 0.75F, 1.0F}}},
           {"relu2", ReluLayer{}},
           {"fc3", LinearLayer{6}},
           {"relu3", ReluLayer{}},
           {"drop3", DropoutLayer{0.5F}},
           {"fc4", LinearLayer{3}},
           {"prob", SoftmaxLayer{}}}};
}

class NetTest : public testing::OnEveryBackend {
 protected:
  [[nodiscard]] std::vector<float> values(const DeviceTensor& tensor) const {
    const Tensor host = backend_->download(tensor);
    return {host.values().begin(), host.values().end()};
  }
  [[nodiscard]] DeviceTensor images(int count, std::uint32_t seed = 7) const {
    return backend_->upload(random_tensor({count, 2, 9, 8}, seed));
  }
  [[nodiscard]] int layer(std::string_view name) const { return find_layer(net_.network(), name); }

  Net net_{*backend_, tiny_network(), random_parameters(tiny_network(), 3)};
};

TEST_P(NetTest, LeavesEveryLayersOutputOfItsShape) {
  Trace trace;
  net_.forward(images(2), trace);
  for (std::size_t i = 0; i < net_.shapes().size(); ++i) {
    Shape expected = net_.shapes()[i];
    expected.n = 2;
    EXPECT_EQ(trace.output(static_cast<int>(i)).shape(), expected) << net_.network().layers[i].name;
  }
  const std::vector<float> prob = values(trace.output(layer("prob")));
  EXPECT_NEAR(prob[0] + prob[1] + prob[2], 1.0F, 1e-5F);
}

TEST_P(NetTest, RectifiesBehindEveryLayer) {
  Trace trace;
  net_.forward(images(2), trace);
  EXPECT_EQ(values(trace.output(layer("conv1") - 1)), values(trace.output(layer("conv1"))));
  for (const char* const name : {"conv1", "relu2", "fc3"}) {
    const std::vector<float> y = values(trace.output(layer(name)));
    EXPECT_GE(*std::min_element(y.begin(), y.end()), 0.0F) << name;
  }
  const std::vector<float> logits = values(trace.output(layer("logits")));
  EXPECT_LT(*std::min_element(logits.begin(), logits.end()), 0.0F);
}

TEST_P(NetTest, GivesTheSameWhetherATraceIsNewOrUsedAgain) {
  Trace used;
  net_.forward(images(4, 1), used);
  net_.forward(images(1, 2), used);
  net_.forward(images(3, 5), used);
  Trace fresh;
  net_.forward(images(3, 5), fresh);
  for (int i = 0; i < static_cast<int>(net_.shapes().size()); ++i) EXPECT_EQ(values(used.output(i)), values(fresh.output(i))) << i;
}

TEST_P(NetTest, StopsWhereItIsTold) {
  Trace trace;
  net_.forward(images(1), trace, layer("pool1"));
  EXPECT_FALSE(trace.output(layer("pool1")).empty());
  EXPECT_TRUE(trace.output(layer("norm1")).empty());
}

TEST_P(NetTest, InfersWhatAForwardPassGives) {
  for (const std::vector<int>& wanted :
       std::vector<std::vector<int>>{{layer("logits")}, {layer("conv1"), layer("fc3")}, {layer("prob"), layer("pool1") - 2}}) {
    Trace inferred;
    for (const int items : {3, 1, 2}) {
      Trace trace;
      net_.forward(images(items), trace);
      net_.infer(images(items), inferred, wanted);
      for (const int i : wanted) EXPECT_EQ(values(inferred.output(i)), values(trace.output(i))) << i << " of " << items;
      EXPECT_TRUE(inferred.output(layer("norm1")).empty());
    }
    net_.forward(images(2), inferred);
    Trace trace;
    net_.forward(images(2), trace);
    EXPECT_EQ(values(inferred.output(layer("norm1"))), values(trace.output(layer("norm1"))));
  }
}

/// Convolutions that add what another branch has, or write into the maps that they are joined with, whichever layers are wanted.
TEST_P(NetTest, InfersWhereBranchesMeet) {
  const Network network{"branches",
                        {1, 2, 9, 8},
                        {{"squeeze", ConvLayer{4, 1, 1, 0}},
                         {"squeeze_relu", ReluLayer{}},
                         {"left", ConvLayer{3, 1, 1, 0}},
                         {"left_relu", ReluLayer{}},
                         {"right", ConvLayer{5, 3, 1, 1}, {1}},
                         {"right_relu", ReluLayer{}},
                         {"fire", ConcatLayer{}, {3, 5}},
                         {"shortcut", ConvLayer{6, 1, 1, 0}},
                         {"main", ConvLayer{6, 3, 1, 1}, {6}},
                         {"sum", AddLayer{}, {8, 7}},
                         {"sum_relu", ReluLayer{}},
                         {"pool", MaxPoolLayer{{.kernel = 3, .stride = 2, .pad = 1}}},
                         {"deeper", ConvLayer{6, 3, 1, 1}},
                         {"residual", AddLayer{}, {11, 12}},
                         {"plain", ConvLayer{4, 1, 1, 0}},
                         {"joined", ConcatLayer{}, {14, 13, 14}},
                         {"double", AddLayer{}, {15, 15}},
                         {"depthwise", ConvLayer{14, 3, 1, 1, 14}},
                         {"depthwise_sum", AddLayer{}, {16, 17}},
                         {"depthwise_again", ConvLayer{14, 3, 1, 1, 14}},
                         {"last", ConcatLayer{}, {18, 19}}}};
  const Net net(*backend_, network, random_parameters(network, 6));
  Trace trace;
  net.forward(images(2), trace);
  for (int first = 0; first < net.graph().layers(); ++first) {
    for (int second = first; second < net.graph().layers(); ++second) {
      Trace inferred;
      for (const int run : {1, 2}) {
        net.infer(images(2), inferred, std::vector<int>{first, second});
        for (const int i : {first, second}) ASSERT_EQ(values(inferred.output(i)), values(trace.output(i))) << i << " in run " << run;
      }
    }
  }
}

/// Clipped convolutions, of which one is also read as it is, and branches that wait for each other.
TEST_P(NetTest, InfersGraphs) {
  const ActivationLayer relu6{{.kind = Activation::Kind::kClip, .low = 0, .high = 0.5F}};
  const Network network{"graph",
                        {1, 2, 9, 8},
                        {{"a", ConvLayer{4, 3, 1, 1}},
                         {"a_clip", relu6},
                         {"b", ConvLayer{4, 3, 1, 1}},
                         {"b_clip", relu6},
                         {"c", ConvLayer{4, 1, 1, 0}},
                         {"c_clip", relu6},
                         {"join", AddLayer{}, {3, 5}},
                         {"join_relu", ReluLayer{}},
                         {"both", ConcatLayer{}, {4, 7, 1}},
                         {"mean", GlobalAveragePoolLayer{}},
                         {"flat", FlattenLayer{}},
                         {"fc", LinearLayer{3}},
                         {"end", ReluLayer{}}}};
  const Net net(*backend_, network, random_parameters(network, 5));
  const auto expect_same = [&](const std::vector<int>& wanted) {
    Trace inferred;
    Trace trace;
    for (const int items : {2, 3}) {
      net.forward(images(items), trace);
      net.infer(images(items), inferred, wanted);
      for (const int i : wanted)
        EXPECT_EQ(values(inferred.output(i)), values(trace.output(i))) << net.network().layers[static_cast<std::size_t>(i)].name;
    }
    for (int i = 0; i < net.graph().layers(); ++i) {
      const bool kept = std::find(wanted.begin(), wanted.end(), i) != wanted.end();
      if (net.shares_input(i) || net.rectified(i)) continue;
      EXPECT_EQ(inferred.output(i).empty(), !kept) << i;
    }
  };
  expect_same({12});
  expect_same({5});
  expect_same({2});
  expect_same({0, 3, 8});
  expect_same({7, 9});
}

TEST_P(NetTest, DropsUnitsInTrainingOnly) {
  Trace trace;
  net_.forward(images(1), trace);
  const std::vector<float> clean = values(trace.output(layer("drop3")));
  EXPECT_EQ(clean, values(trace.output(layer("fc3"))));

  int dropped = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    net_.forward_training(images(1), trace, {seed});
    const std::vector<float> y = values(trace.output(layer("drop3")));
    for (std::size_t i = 0; i < y.size(); ++i) {
      EXPECT_TRUE(y[i] == 0.0F || std::abs(y[i] - 2 * clean[i]) < 1e-5F);
      if (y[i] == 0.0F && clean[i] > 0.0F) ++dropped;
    }
  }
  const auto alive = static_cast<int>(std::count_if(clean.begin(), clean.end(), [](float v) { return v > 0; }));
  ASSERT_GT(alive, 0);
  EXPECT_GT(dropped, 4 * alive);
  EXPECT_LT(dropped, 16 * alive);
}

TEST_P(NetTest, TheSameSeedDropsTheSameUnits) {
  const auto logits = [&](std::uint64_t seed) {
    Trace trace;
    net_.forward_training(images(2), trace, {seed});
    return values(trace.output(layer("logits")));
  };
  EXPECT_EQ(logits(1), logits(1));
  EXPECT_NE(logits(1), logits(2));
  EXPECT_NE(dropout_seed(1, 6), dropout_seed(1, 7));
  EXPECT_NE(dropout_seed(1, 6), dropout_seed(2, 6));
}

TEST_P(NetTest, ChangedWeightsCountOncePacked) {
  Trace trace;
  net_.forward(images(1), trace);
  const std::vector<float> before = values(trace.output(layer("logits")));
  Net::Weights& weights = net_.weights(layer("logits"));
  backend_->fill(weights.weight, 0.0F);
  backend_->fill(weights.bias, 0.25F);
  net_.pack(layer("logits"));
  net_.forward(images(1), trace);
  EXPECT_NE(values(trace.output(layer("logits"))), before);
  EXPECT_EQ(values(trace.output(layer("logits"))), (std::vector<float>{0.25F, 0.25F, 0.25F}));
}

TEST_P(NetTest, ReadsItsParametersBackAsFilesHoldThem) {
  const Parameters expected = random_parameters(tiny_network(), 3);
  const Parameters found = net_.parameters();
  ASSERT_EQ(found.size(), expected.size());
  for (const auto& [name, tensor] : expected) {
    const auto match = found.find(name);
    ASSERT_NE(match, found.end()) << name;
    EXPECT_TRUE(std::equal(tensor.values().begin(), tensor.values().end(), match->second.values().begin(), match->second.values().end()))
        << name;
  }
  EXPECT_EQ(found.at("conv1.weight").shape(), (Shape{4, 1, 3, 3}));
  EXPECT_EQ(found.at("fc3.weight").shape(), (Shape{6, 4 * 5 * 4, 1, 1}));
  EXPECT_EQ(found.at("fc3.bias").shape(), (Shape{1, 6, 1, 1}));
}

TEST_P(NetTest, RefusesParametersThatDoNotFit) {
  const auto expect_refused = [&](const auto& change, std::initializer_list<std::string_view> parts) {
    Parameters parameters = random_parameters(tiny_network(), 3);
    change(parameters);
    expect_error([&] { Net(*backend_, tiny_network(), std::move(parameters)); }, parts);
  };
  expect_refused([](Parameters& p) { p.erase("fc3.bias"); }, {"fc3.bias", "1x6x1x1", "none"});
  expect_refused([](Parameters& p) { p["conv1.weight"] = Tensor({4, 1, 3, 2}); }, {"conv1.weight", "4x1x3x3", "4x1x3x2"});
  expect_refused([](Parameters& p) { p["conv1.weight"] = Tensor({1, 4, 3, 3}); }, {"conv1.weight", "4x1x3x3", "1x4x3x3"});
  expect_refused([](Parameters& p) { p["fc3.weight"] = Tensor({80, 6, 1, 1}); }, {"fc3.weight", "6x4x5x4", "80x6x1x1"});
  expect_refused([](Parameters& p) { p["fc9.weight"] = Tensor({4, 1, 3, 2}); }, {"network tiny", "fc9.weight", "no layer"});
}

TEST_P(NetTest, RefusesImagesOfOtherSizes) {
  Trace trace;
  const DeviceTensor x = backend_->upload(Tensor({2, 2, 8, 9}));
  expect_error([&] { net_.forward(x, trace); }, {"network tiny", "2x2x9x8", "2x2x8x9"});
}

ZF_ON_EVERY_BACKEND(NetTest);

TEST(Prediction, TurnsLogitsIntoProbabilities) {
  const std::vector<float> p = probabilities(std::vector<float>{1000.0F, 999.0F, -1000.0F});
  EXPECT_NEAR(p[0], 1 / (1 + std::exp(-1.0)), 1e-6);
  EXPECT_NEAR(p[1], 1 - 1 / (1 + std::exp(-1.0)), 1e-6);
  EXPECT_EQ(p[2], 0.0F);
  expect_error([] { static_cast<void>(probabilities(std::vector<float>{1.0F, NAN})); }, {"finite", "nan"});
  expect_error([] { static_cast<void>(probabilities({})); }, {"none"});
}

TEST(Prediction, RanksClassesAndLowerIndicesFirst) {
  const std::vector<ClassScore> top = top_classes(std::vector<float>{0.1F, 0.3F, 0.1F, 0.5F}, 3);
  ASSERT_EQ(top.size(), 3U);
  EXPECT_EQ(top[0].index, 3);
  EXPECT_EQ(top[0].p, 0.5F);
  EXPECT_EQ(top[1].index, 1);
  EXPECT_EQ(top[2].index, 0);
  EXPECT_EQ(top_classes(std::vector<float>{0.1F}, 5).size(), 1U);
}

}  // namespace
}  // namespace zf
