// Muting, against nets whose outputs are silenced by hand; the ranking, against muting one by one.
#include "core/analysis/ablation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/nn/edit.h"
#include "core/nn/prediction.h"
#include "core/nn/zoo.h"
#include "tests/expect_error.h"
#include "tests/nn/fixture.h"
#include "tests/nn/testing.h"

namespace zf::testing {
namespace {

constexpr ZooOptions kAblated{.size = 64, .width = 0.1, .fc = 24, .classes = 5};

/// Bias and weights of one map 0, so that its activation is 0 on every image.
Parameters without_map(Parameters parameters, const std::string& layer, int map) {
  Tensor& weight = parameters.at(layer + ".weight");
  const std::size_t item = weight.shape().item();
  std::fill_n(weight.data() + static_cast<std::size_t>(map) * item, item, 0.0F);
  parameters.at(layer + ".bias").at(0, map, 0, 0) = 0;
  return parameters;
}

std::vector<float> logits_of(Backend& backend, const Network& network, const Parameters& parameters, const Tensor& image) {
  const Net net(backend, network, parameters);
  DeviceTensor x;
  backend.upload(image, x);
  Trace trace;
  net.forward(x, trace);
  const Tensor logits = backend.download(trace.output(logits_layer(network)));
  return {logits.values().begin(), logits.values().end()};
}

TEST(Ablation, MutedMapsAreMapsWithoutWeights) {
  const auto backend = make_cpu_backend(2);
  const auto reference = make_reference_backend();
  const Network network = zfnet(kAblated);
  const Parameters parameters = random_parameters(network, 1);
  const Tensor image = random_tensor(network.input, 2);
  const Net net(*backend, network, parameters);
  Ablation ablation(net, image);
  EXPECT_LT(relative_error(ablation.clean_logits(), logits_of(*reference, network, parameters, image)), 1e-5);

  Parameters edited = without_map(parameters, "conv2", 3);
  edited = without_map(std::move(edited), "fc6", 7);
  edited = without_map(std::move(edited), "conv4", 0);
  const std::vector<Mute> mutes{{find_layer(network, "fc6"), 7}, {find_layer(network, "conv2"), 3}, {find_layer(network, "conv4"), 0}};
  EXPECT_LT(relative_error(ablation.logits(mutes), logits_of(*reference, network, edited, image)), 1e-5);
  EXPECT_EQ(ablation.logits({}), ablation.clean_logits());
}

// Mutes on two branches, below and above where they meet.
TEST(Ablation, OnGraphsMutedMapsAreMapsWithoutWeights) {
  const auto backend = make_cpu_backend(2);
  const auto reference = make_reference_backend();
  const Network network = small_graph();
  Parameters parameters = random_parameters(network, 1);
  const Tensor image = random_tensor(network.input, 2);
  const Net net(*backend, network, parameters);
  Ablation ablation(net, image);
  std::vector<Mute> mutes;
  for (const auto& [layer, map] : {std::pair{"conv6", 4}, {"conv2c", 3}, {"conv2b", 5}, {"conv4", 1}, {"depth4", 11}}) {
    mutes.push_back({find_layer(network, layer), map});
    parameters = without_map(std::move(parameters), layer, map);
  }
  EXPECT_LT(relative_error(ablation.logits(mutes), logits_of(*reference, network, parameters, image)), 1e-5);
  // What was muted before has left no traces.
  const std::vector<Mute> one{mutes.front()};
  Parameters edited = without_map(random_parameters(network, 1), "conv6", 4);
  EXPECT_LT(relative_error(ablation.logits(one), logits_of(*reference, network, edited, image)), 1e-5);
  DeviceTensor x;
  backend->upload(image, x);
  Trace clean;
  net.forward(x, clean);
  for (std::size_t i = 0; i < network.layers.size() - 1; ++i) {
    const int layer = static_cast<int>(i);
    const Tensor expected = backend->download(clean.output(layer));
    EXPECT_EQ(relative_error(backend->download(ablation.clean().output(layer)).values(), expected.values()), 0) << network.layers[i].name;
  }
}

TEST(Ablation, AMutedLayerLeavesTheBiasesAbove) {
  const auto backend = make_cpu_backend(1);
  const Network network = zfnet(kAblated);
  const Parameters parameters = random_parameters(network, 1);
  const Net net(*backend, network, parameters);
  Ablation ablation(net, random_tensor(network.input, 2));
  const std::vector<Mute> mutes{{find_layer(network, "fc7")}};
  const Tensor& bias = parameters.at("fc8.bias");
  EXPECT_LT(relative_error(ablation.logits(mutes), bias.values()), 1e-6);
}

TEST(Ablation, APlaceIsLessThanItsMap) {
  const auto backend = make_cpu_backend(1);
  const Network network = zfnet(kAblated);
  const Net net(*backend, network, random_parameters(network, 1));
  Ablation ablation(net, random_tensor(network.input, 2));
  const int conv5 = find_layer(network, "conv5");
  const Shape shape = net.shapes()[static_cast<std::size_t>(conv5)];
  std::vector<Mute> places;
  for (int y = 0; y < shape.h; ++y) {
    for (int x = 0; x < shape.w; ++x) places.push_back({conv5, 4, y, x});
  }
  const std::vector<Mute> map{{conv5, 4}};
  EXPECT_EQ(ablation.logits(places), ablation.logits(map));
}

TEST(Ablation, RefusesPartsThatAreNotThere) {
  const auto backend = make_cpu_backend(1);
  const Network network = zfnet(kAblated);
  const Net net(*backend, network, random_parameters(network, 1));
  Ablation ablation(net, random_tensor(network.input, 2));
  const int conv5 = find_layer(network, "conv5");
  const auto refused = [&](const Mute& mute, std::initializer_list<std::string_view> words) {
    expect_error([&] { (void)ablation.logits(std::vector<Mute>{mute}); }, words);
  };
  refused({conv5, 99}, {"conv5", "found 99"});
  refused({conv5, 0, 50, 0}, {"conv5", "found 50, 0"});
  refused({conv5, Mute::kAll, 0, 0}, {"within a map"});
  refused({find_layer(network, "logits"), 0}, {"below the logits"});
  expect_error([&] { const AblationRanking job(net, ablation, {find_layer(network, "logits")}); }, {"below the logits"});
}

TEST(AblationRanking, EqualsMutingOneByOne) {
  const auto backend = make_cpu_backend(2);
  std::vector<Network> networks = table3_variants(kAblated);
  networks.push_back(alexnet(kAblated));
  networks.push_back(small_graph());
  for (const Network& network : networks) {
    SCOPED_TRACE(network.name);
    const Net net(*backend, network, random_parameters(network, 3));
    Ablation ablation(net, random_tensor(network.input, 4));
    std::vector<int> layers;
    for (const std::string& name : view_names(network)) {
      if (name != "logits") layers.push_back(find_layer(network, name));
    }
    AblationRanking job(net, ablation, layers);
    run(job);
    EXPECT_EQ(job.progress(), 1);
    for (const LayerRanking& ranking : job.layers()) {
      for (int map = 0; map < ranking.maps; ++map) {
        const std::vector<float> expected = ablation.logits(std::vector<Mute>{{ranking.layer, map}});
        const auto found = std::span(ranking.logits).subspan(static_cast<std::size_t>(map * ranking.classes), expected.size());
        ASSERT_LT(relative_error(found, expected), 2e-5) << view_name(network, ranking.layer) << " map " << map;
      }
    }
  }
}

// What one layer's ranking leaves in the traces is not in the next one's way, in whatever order they come.
TEST(AblationRanking, LayersComeInAnyOrder) {
  const auto backend = make_cpu_backend(2);
  const Network network = zfnet(kAblated);
  const Net net(*backend, network, random_parameters(network, 3));
  Ablation ablation(net, random_tensor(network.input, 4));
  std::vector<int> layers;
  for (const char* name : {"conv2", "conv3", "conv1", "fc7", "conv5", "pool1", "conv2"}) layers.push_back(find_layer(network, name));
  AblationRanking job(net, ablation, layers);
  run(job);
  for (const LayerRanking& ranking : job.layers()) {
    for (int map = 0; map < ranking.maps; ++map) {
      const std::vector<float> expected = ablation.logits(std::vector<Mute>{{ranking.layer, map}});
      const auto found = std::span(ranking.logits).subspan(static_cast<std::size_t>(map * ranking.classes), expected.size());
      ASSERT_LT(relative_error(found, expected), 2e-5) << view_name(network, ranking.layer) << " map " << map;
    }
  }
}

TEST(AblationRanking, RanksByTheDropOfAClass) {
  const auto backend = make_cpu_backend(2);
  const Network network = zfnet(kAblated);
  const Net net(*backend, network, random_parameters(network, 3));
  Ablation ablation(net, random_tensor(network.input, 4));
  const int conv5 = find_layer(network, "conv5");
  AblationRanking job(net, ablation, {conv5, find_layer(network, "fc7")});
  run(job);
  const std::vector<MapDrop> drops = job.drops(2);
  ASSERT_EQ(drops.size(), static_cast<std::size_t>(net.shapes()[static_cast<std::size_t>(conv5)].c + 24));
  for (std::size_t i = 1; i < drops.size(); ++i) EXPECT_GE(drops[i - 1].drop, drops[i].drop);
  const std::vector<Mute> best{{drops[0].layer, drops[0].map}};
  const float p = probabilities(ablation.logits(best))[2];
  EXPECT_NEAR(drops[0].drop, probabilities(ablation.clean_logits())[2] - p, 1e-5);
  expect_error([&] { (void)job.drops(5); }, {"0 to 4", "found 5"});
}

}  // namespace
}  // namespace zf::testing
