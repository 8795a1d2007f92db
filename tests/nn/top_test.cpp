#include "core/nn/top.h"

#include <gtest/gtest.h>

#include "core/nn/net.h"
#include "core/nn/zoo.h"
#include "tests/expect_error.h"
#include "tests/nn/fixture.h"

namespace zf {
namespace {

std::vector<std::string> names(const Network& network) {
  std::vector<std::string> result;
  for (const Layer& layer : network.layers) result.push_back(layer.name);
  return result;
}

// Sizes by hand: fc8 has 10 * (64 + 1) numbers, fc7 64 * (64 + 1), fc6 many more.
TEST(Top, TakesFullyConnectedLayersUpToTheLimit) {
  ZooOptions options;
  options.classes = 10;
  options.fc = 64;
  const Network network = zfnet(options);
  constexpr std::int64_t kFc8 = 650;
  constexpr std::int64_t kFc7 = 4160;
  using Names = std::vector<std::string>;
  EXPECT_EQ(names(fully_connected_top(network, 0).network), (Names{"fc8", "prob"}));
  EXPECT_EQ(names(fully_connected_top(network, kFc8 + kFc7 - 1).network), (Names{"fc8", "prob"}));
  EXPECT_EQ(names(fully_connected_top(network, kFc8 + kFc7).network), (Names{"fc7", "relu7", "drop7", "fc8", "prob"}));
  const Top all = fully_connected_top(network, std::int64_t{1} << 40);
  EXPECT_EQ(all.network.layers.front().name, "fc6") << "convolutions are never part of it";
  EXPECT_EQ(all.network.input, output_shapes(network)[static_cast<std::size_t>(all.input)]);
}

// The same scores come out when the top runs on what the layers below gave, of networks with and without branches.
TEST(Top, ComputesWhatTheWholeNetworkDoes) {
  for (const auto& [name, network] : {std::pair{"small_zfnet", testing::small_zfnet()}, std::pair{"small_mixed", testing::small_mixed()},
                                      std::pair{"small_graph", testing::small_graph()}}) {
    const Parameters all = testing::fixture_parameters(testing::read_fixture(name), network);
    const Top top = fully_connected_top(network, std::int64_t{1} << 40);
    Parameters own;
    for (const auto& [key, tensor] : all) {
      for (const Layer& layer : top.network.layers) {
        if (key.starts_with(layer.name + ".")) own.emplace(key, tensor);
      }
    }
    ASSERT_LT(own.size(), all.size()) << name;
    const std::unique_ptr<Backend> backend = make_reference_backend();
    const Net whole(*backend, network, all);
    const Net part(*backend, top.network, own);
    DeviceTensor x;
    Trace below;
    Trace above;
    Shape two = network.input;
    two.n = 2;
    backend->upload(Tensor(two, testing::read_fixture(std::string(name) + "_expected").at("input")), x);
    whole.forward(x, below);
    part.forward(below.value(top.input), above);
    const Tensor wanted = backend->download(below.output(whole.graph().layers() - 1));
    const Tensor found = backend->download(above.output(part.graph().layers() - 1));
    ASSERT_EQ(found.shape(), wanted.shape()) << name;
    for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_FLOAT_EQ(found.values()[i], wanted.values()[i]) << name;
  }
}

TEST(Top, ScoresOfNoSingleLayerAreRefused) {
  const Network network{
      "sum", {1, 1, 2, 2}, {{"a", LinearLayer{3}, {kPicture}}, {"b", LinearLayer{3}, {kPicture}}, {"add", AddLayer{}, {0, 1}}}};
  testing::expect_error([&] { static_cast<void>(fully_connected_top(network, 1)); }, {"sum", "expected class scores from one"});
}

}  // namespace
}  // namespace zf
