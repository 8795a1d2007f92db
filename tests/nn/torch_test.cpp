// Forward, projections, gradients and training steps against PyTorch, as tests/fixtures/make_fixtures.py computed them.
#include <gtest/gtest.h>

#include <tuple>

#include "core/nn/backward.h"
#include "core/nn/net.h"
#include "tests/nn/fixture.h"
#include "tests/nn/testing.h"

namespace zf {
namespace {

using testing::Fixture;
using testing::relative_error;

// float32 sums of up to 600 products against double, Winograd at times: some units in the last place a layer.
constexpr double kTolerance = 5e-5;
constexpr std::size_t kProjectionStride = 11;  // STRIDE of make_fixtures.py

struct Case {
  const char* fixture;
  Network (*network)();
  std::vector<const char*> units;
};
const std::vector<Case> kCases = {{"small_zfnet", testing::small_zfnet, {"conv5", "conv3", "fc6"}},
                                  {"small_mixed", testing::small_mixed, {"conv2", "fc3"}},
                                  {"small_graph", testing::small_graph, {"add2", "shuffle4", "scale5", "add6", "fc7"}}};

class TorchTest : public ::testing::TestWithParam<std::tuple<std::size_t, const char*>> {
 protected:
  [[nodiscard]] std::span<const float> expected(const std::string& name) const { return expected_.at(name); }
  [[nodiscard]] double error(const DeviceTensor& found, const std::string& name) const {
    return relative_error(backend_->download(found).values(), expected(name));
  }
  void forward() { net_.forward(images_, trace_); }
  [[nodiscard]] std::vector<LayerTensor> tensors(int layer) const {
    return layer_tensors(net_.network().layers[static_cast<std::size_t>(layer)].op, net_.input_shape(layer));
  }
  /// The gradient of the loss by every parameter of the layer, at its output's signal.
  void parameter_gradients(int layer, const Signal& signal, DeviceTensor& weight, DeviceTensor& bias) const {
    const ConvSpec spec = conv_spec(net_.network().layers[static_cast<std::size_t>(layer)].op, net_.input_shape(layer));
    backend_->training().conv_weight_gradient(net_.input_of(trace_, layer), signal.g, spec, weight, bias);
  }
  /// Projects the unit that the fixture names, with its activation's value.
  void compare_projection(const std::string& unit, const std::string& key, Rule rule, LrnBackward lrn) const {
    const int layer = find_layer(network_, unit);
    const auto image = static_cast<int>(expected("unit." + unit)[0]);
    const auto map = static_cast<int>(expected("unit." + unit)[1]);
    const auto place = static_cast<std::size_t>(expected("unit." + unit)[2]);
    const Tensor output = backend_->download(trace_.output(layer));
    Tensor seed(output.shape());
    seed.plane(image, map)[place] = output.plane(image, map)[place];
    Signal signal;
    signal.g = backend_->upload(std::move(seed));
    BackwardPass(net_, trace_, rule, lrn).run(layer, signal);

    const Tensor pixels = backend_->download(signal.g, image, 1);
    std::vector<float> thinned;
    double norm = 0;
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      norm += std::pow(double{pixels.values()[i]}, 2);
      if (i % kProjectionStride == 0) thinned.push_back(pixels.values()[i]);
    }
    EXPECT_LT(relative_error(thinned, expected("project." + key)), kTolerance) << key;
    EXPECT_NEAR(std::sqrt(norm) / expected("norm." + key)[0], 1.0, kTolerance) << key;
    // Rounding at most: Winograd tiles may span images that lie side by side.
    const Tensor other = backend_->download(signal.g, 1 - image, 1);
    double stray = 0;
    for (const float value : other.values()) stray = std::max(stray, std::abs(double{value}));
    EXPECT_LT(stray, kTolerance * std::sqrt(norm / static_cast<double>(pixels.size()))) << key;
  }
  [[nodiscard]] Signal loss_signal(DeviceTensor& loss) {
    Signal signal;
    net_.forward_training(images_, trace_, {});
    const std::vector<int> labels(expected("labels").begin(), expected("labels").end());
    backend_->training().cross_entropy(trace_.output(logits_layer(net_.network())), labels, loss, signal.g);
    return signal;
  }

  const Case& case_ = kCases.at(std::get<0>(GetParam()));
  std::unique_ptr<Backend> backend_ = testing::make_backend(std::get<1>(GetParam()));
  Fixture expected_ = testing::read_fixture(std::string(case_.fixture) + "_expected");
  Network network_ = case_.network();
  Net net_{*backend_, network_, testing::fixture_parameters(testing::read_fixture(case_.fixture), network_)};
  DeviceTensor images_ = backend_->upload(Tensor({2, network_.input.c, network_.input.h, network_.input.w}, expected("input")));
  Trace trace_;
};

TEST_P(TorchTest, Logits) {
  forward();
  EXPECT_LT(error(trace_.output(logits_layer(network_)), "logits"), kTolerance);
}

TEST_P(TorchTest, ProjectionsOfSingleUnitsUnderEveryRule) {
  forward();
  for (const std::string unit : case_.units) {
    for (const auto& [rule_name, rule] :
         {std::pair{"deconvnet", Rule::kDeconvnet}, {"gradient", Rule::kGradient}, {"guided", Rule::kGuided}}) {
      for (const auto& [lrn_name, lrn] : {std::pair{"pass", LrnBackward::kPass}, {"derivative", LrnBackward::kDerivative}}) {
        compare_projection(unit, fmt::format("{}.{}.{}", unit, rule_name, lrn_name), rule, lrn);
      }
    }
  }
}

TEST_P(TorchTest, LossAndParameterGradients) {
  DeviceTensor loss;
  Signal signal = loss_signal(loss);
  const Tensor losses = backend_->download(loss);
  EXPECT_NEAR((losses.values()[0] + losses.values()[1]) / 2 / expected("loss")[0], 1.0F, kTolerance);
  BackwardPass backward(net_, trace_, Rule::kGradient, LrnBackward::kDerivative);
  for (backward.begin(logits_layer(network_), std::move(signal)); backward.layer() >= 0; backward.step()) {
    const int layer = backward.layer();
    if (net_.weights(layer).filters == nullptr) continue;
    const std::string name = "gradient." + network_.layers[static_cast<std::size_t>(layer)].name + ".";
    DeviceTensor weight;
    DeviceTensor bias;
    parameter_gradients(layer, backward.signal(), weight, bias);
    EXPECT_LT(error(weight, name + tensors(layer)[0].role), kTolerance) << name;
    if (tensors(layer).size() < 2) continue;
    EXPECT_LT(error(bias, name + tensors(layer)[1].role), kTolerance) << name;
  }
}

// The change that the steps made is compared, since it is small beside the weights.
TEST_P(TorchTest, ThreeStepsOfSgd) {
  constexpr SgdSpec kWeightStep{0.05F, 0.9F, 0.02F};
  constexpr SgdSpec kBiasStep{0.05F, 0.9F, 0.0F};
  const Parameters before = net_.parameters();
  std::map<int, std::pair<DeviceTensor, DeviceTensor>> velocities;
  for (int step = 0; step < 3; ++step) {
    DeviceTensor loss;
    Signal signal = loss_signal(loss);
    BackwardPass backward(net_, trace_, Rule::kGradient, LrnBackward::kDerivative);
    backward.begin(logits_layer(network_), std::move(signal));
    while (backward.layer() >= 0) {
      const int layer = backward.layer();
      Net::Weights& weights = net_.weights(layer);
      DeviceTensor weight;
      DeviceTensor bias;
      if (weights.filters != nullptr) parameter_gradients(layer, backward.signal(), weight, bias);
      backward.step();
      if (weights.filters == nullptr) continue;
      auto& [weight_velocity, bias_velocity] = velocities[layer];
      if (step == 0) {
        weight_velocity = backend_->upload(Tensor(weight.shape()));
        bias_velocity = backend_->upload(Tensor(bias.shape()));
      }
      backend_->training().sgd_step(weight, kWeightStep, weight_velocity, weights.weight);
      if (tensors(layer).size() > 1) backend_->training().sgd_step(bias, kBiasStep, bias_velocity, weights.bias);
      net_.pack(layer);
    }
  }
  for (const auto& [name, after] : net_.parameters()) {
    if (name.ends_with(".slope")) continue;  // stays as it is
    std::vector<float> found(after.values().begin(), after.values().end());
    std::vector<float> wanted(expected("after." + name).begin(), expected("after." + name).end());
    ASSERT_EQ(found.size(), wanted.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      found[i] -= before.at(name).values()[i];
      wanted[i] -= before.at(name).values()[i];
    }
    EXPECT_LT(relative_error(found, wanted), 10 * kTolerance) << name;
  }
}

std::string case_name(const ::testing::TestParamInfo<std::tuple<std::size_t, const char*>>& info) {
  return std::string(kCases[std::get<0>(info.param)].fixture) + "_" + std::get<1>(info.param);
}

INSTANTIATE_TEST_SUITE_P(Backends, TorchTest,
                         ::testing::Combine(::testing::Range(std::size_t{0}, kCases.size()), ::testing::Values("reference", "cpu")),
                         case_name);

}  // namespace
}  // namespace zf
