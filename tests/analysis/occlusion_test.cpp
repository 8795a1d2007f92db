// Occlusion in windows equals running the whole net on covered images, for every net of the zoo.
#include "core/analysis/occlusion.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/analysis/place_at.h"
#include "core/nn/edit.h"
#include "core/nn/zoo.h"
#include "tests/expect_error.h"
#include "tests/nn/fixture.h"
#include "tests/nn/testing.h"

namespace zf::testing {
namespace {

constexpr ZooOptions kOccluded{.size = 112, .width = 0.1, .fc = 32, .classes = 7};

OcclusionMaps run(const Net& net, const Tensor& image, OcclusionOptions options, bool brute_force) {
  options.brute_force = brute_force;
  Occlusion job(net, image, options);
  run(job);
  EXPECT_EQ(job.progress(), 1);
  return job.maps();
}

void expect_close(const std::vector<float>& found, const std::vector<float>& expected, const char* what) {
  ASSERT_EQ(found.size(), expected.size());
  double scale = 0;
  for (const float v : expected) scale = std::max(scale, std::abs(static_cast<double>(v)));
  for (std::size_t i = 0; i < found.size(); ++i) ASSERT_NEAR(found[i], expected[i], 2e-5 * scale) << what << " at " << i;
}

struct Case {
  std::string name;
  OcclusionOptions options;
  friend std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }
};

class OcclusionEqualsBruteForce : public ::testing::TestWithParam<Case> {};

TEST_P(OcclusionEqualsBruteForce, OnEveryNetOfTheZoo) {
  const auto backend = make_cpu_backend(2);
  std::vector<Network> networks = table3_variants(kOccluded);
  networks.push_back(alexnet(kOccluded));
  networks.push_back(zfnet_wide(kOccluded));
  for (const Network& network : networks) {
    SCOPED_TRACE(network.name);
    const Net net(*backend, network, random_parameters(network, 1));
    const Tensor image = random_tensor(network.input, 3);
    const OcclusionMaps found = run(net, image, GetParam().options, false);
    const OcclusionMaps expected = run(net, image, GetParam().options, true);
    expect_close(found.logits, expected.logits, "logits");
    expect_close(found.activation, expected.activation, "activation");
  }
}

INSTANTIATE_TEST_SUITE_P(Squares, OcclusionEqualsBruteForce,
                         ::testing::Values(Case{"small", {.size = 7, .stride = 21}}, Case{"large", {.size = 90, .stride = 11}},
                                           Case{"border", {.size = 30, .stride = 23, .border = true}},
                                           Case{"soft", {.size = 24, .stride = 22, .fill = {0.5F, -1.0F, 2.0F}, .soft_edge = 5}}),
                         [](const auto& test) { return test.param.name; });

/// Branches with a fully connected layer of their own, so that batches cannot meet in it.
Network gated() {
  return {"gated",
          {1, 3, 24, 20},
          {{"conv1", ConvLayer{6, 3, 1, 1}},
           {"relu1", ReluLayer{}},
           {"fc2", LinearLayer{6}},
           {"gate2", ActivationLayer{{.kind = Activation::Kind::kSigmoid}}},
           {"scale2", ScaleMapsLayer{}, {1, 3}},
           {"norm3", LrnLayer{{3, 0.5F, 0.75F, 1.0F, true}}},
           {"pool3", AveragePoolLayer{.kernel = 3, .stride = 2, .pad = 1, .count_pad = false}},
           {"conv4", ConvLayer{5, 3, 2, 1}},
           {"mean4", GlobalAveragePoolLayer{}},
           {"prob", SoftmaxLayer{}}}};
}

TEST(Occlusion, OnGraphsEqualsBruteForce) {
  const auto backend = make_cpu_backend(2);
  for (const Network& network : {small_graph(), gated()}) {
    const Net net(*backend, network, random_parameters(network, 1));
    const Tensor image = random_tensor(network.input, 3);
    for (const char* watched : {"conv1", network.name == "gated" ? "conv4" : "concat4"}) {
      for (OcclusionOptions options : {OcclusionOptions{.size = 4, .stride = 3}, OcclusionOptions{.size = 11, .stride = 5, .border = true},
                                       OcclusionOptions{.size = 8, .stride = 4, .soft_edge = 2}}) {
        SCOPED_TRACE(fmt::format("{}, {}, size {}", network.name, watched, options.size));
        options.layer = find_layer(network, watched);
        options.map = 1;
        const OcclusionMaps found = run(net, image, options, false);
        const OcclusionMaps expected = run(net, image, options, true);
        expect_close(found.logits, expected.logits, "logits");
        expect_close(found.activation, expected.activation, "activation");
      }
    }
  }
}

// So dense that places which change the same window of pool5 run together.
TEST(Occlusion, OfDensePlacesEqualsBruteForce) {
  const auto backend = make_cpu_backend(2);
  const Network network = zfnet(kOccluded);
  const Net net(*backend, network, random_parameters(network, 1));
  const Tensor image = random_tensor(network.input, 3);
  const OcclusionOptions options{.size = 8, .stride = 3};
  const OcclusionMaps found = run(net, image, options, false);
  const OcclusionMaps expected = run(net, image, options, true);
  expect_close(found.logits, expected.logits, "logits");
  expect_close(found.activation, expected.activation, "activation");
}

TEST(Occlusion, BruteForceIsTheNetOnCoveredImages) {
  // The check itself, against the reference backend and squares drawn here.
  const auto backend = make_cpu_backend(2);
  const auto reference = make_reference_backend();
  const Network network = zfnet({.size = 64, .width = 0.05, .fc = 8, .classes = 3});
  const Tensor image = random_tensor(network.input, 5);
  const Net net(*backend, network, random_parameters(network, 1));
  const Net oracle(*reference, network, random_parameters(network, 1));
  const OcclusionOptions options{.size = 20, .stride = 15, .fill = {1.0F, 2.0F, 3.0F}, .layer = find_layer(network, "conv4"), .map = 2};
  const OcclusionMaps maps = run(net, image, options, true);
  ASSERT_EQ(maps.y, (std::vector<int>{0, 15, 30, 44}));
  for (int row = 0; row < maps.rows(); ++row) {
    for (int column = 0; column < maps.columns(); ++column) {
      Tensor covered = image;
      for (int c = 0; c < 3; ++c) {
        for (int y = 0; y < 20; ++y) {
          for (int x = 0; x < 20; ++x)
            covered.at(0, c, maps.y[static_cast<std::size_t>(row)] + y, maps.x[static_cast<std::size_t>(column)] + x) =
                static_cast<float>(c + 1);
        }
      }
      DeviceTensor x;
      reference->upload(covered, x);
      Trace trace;
      oracle.forward(x, trace);
      const Tensor logits = reference->download(trace.output(logits_layer(network)));
      const Tensor conv4 = reference->download(trace.output(find_layer(network, "conv4")));
      double sum = 0;
      for (const float v : conv4.plane(0, 2)) sum += static_cast<double>(v);
      const auto place = static_cast<std::size_t>(row * maps.columns() + column);
      EXPECT_NEAR(maps.activation[place], sum, 1e-3 * std::abs(sum) + 1e-5);
      for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(maps.logits[place * 3 + k], logits.values()[k], 1e-4);
    }
  }
}

void expect_as_pytorch(const std::string& fixture_name, const Network& network, const char* layer, int size) {
  const auto backend = make_cpu_backend(2);
  const Fixture model = read_fixture(fixture_name);
  const Fixture expected = read_fixture(fixture_name + "_expected");
  const Net net(*backend, network, fixture_parameters(model, network));
  const Tensor image(network.input, std::span(expected.at("input")).first(network.input.size()));
  const OcclusionOptions options{.size = size, .stride = 9, .layer = find_layer(network, layer), .map = 5};
  const OcclusionMaps maps = run(net, image, options, false);
  expect_close(maps.logits, expected.at("occlusion.logits"), "logits");
  expect_close(maps.activation, expected.at("occlusion.activation"), "activation");
}

TEST(Occlusion, EqualsPyTorch) {
  expect_as_pytorch("small_zfnet", small_zfnet(), "conv5", 24);
  expect_as_pytorch("small_mixed", small_mixed(), "conv2", 9);
  expect_as_pytorch("small_graph", small_graph(), "add2", 9);
}

TEST(Occlusion, SquaresThatAStrideSkipsChangeNothing) {
  const auto backend = make_cpu_backend(1);
  Network network;
  network.name = "skips";
  network.input = {1, 3, 12, 12};
  network.layers = {{"conv1", ConvLayer{4, 1, 4, 0, 1}}, {"relu1", ReluLayer{}}, {"fc2", LinearLayer{3}}, {"prob", SoftmaxLayer{}}};
  const Net net(*backend, network, random_parameters(network, 1));
  const OcclusionMaps maps = run(net, random_tensor(network.input, 2), {.size = 2, .stride = 2}, false);
  // Rows and columns 0, 4 and 8 are read: squares at 2, 6 and 10 cover none of them.
  const OcclusionMaps brute = run(net, random_tensor(network.input, 2), {.size = 2, .stride = 2}, true);
  expect_close(maps.logits, brute.logits, "logits");
  EXPECT_EQ(maps.activation[1], maps.clean_activation);
  EXPECT_NE(maps.activation[0], maps.clean_activation);
}

TEST(Occlusion, GoesFromCoarseToFine) {
  const auto backend = make_cpu_backend(1);
  const Network network = zfnet({.size = 64, .width = 0.05, .fc = 8, .classes = 3});
  const Net net(*backend, network, random_parameters(network, 1));
  Occlusion job(net, random_tensor(network.input, 1), {.size = 4, .stride = 4});
  ASSERT_EQ(job.maps().rows(), 16);
  while (!job.coarse()) ASSERT_NE(job.step(), Step::kDone);
  for (int place = 0; place < 256; ++place) EXPECT_EQ(job.maps().done(place), place / 16 % 4 == 0 && place % 4 == 0) << place;
}

TEST(Occlusion, MapsKnowTheirClasses) {
  OcclusionMaps maps{.y = {0}, .x = {0, 8}, .size = 8, .classes = 2, .logits = {0, 1, 3, 1}, .activation = {1, 2}};
  EXPECT_NEAR(maps.probability(1)[0], std::exp(1.0) / (1 + std::exp(1.0)), 1e-6);
  EXPECT_EQ(maps.most_probable(), (std::vector<std::int32_t>{1, 0}));
  expect_error([&] { (void)maps.probability(2); }, {"0 to 1", "found 2"});
}

TEST(Occlusion, PixelsGetTheMeanOverTheSquaresThatCoverThem) {
  const OcclusionMaps maps{.y = {-1}, .x = {0, 2}, .size = 3};
  const std::vector<float> pixels = maps.per_pixel({1, 3}, {3, 6});
  const std::vector<float> row{1, 1, 2, 3, 3};
  for (std::size_t y = 0; y < 2; ++y) {
    for (std::size_t x = 0; x < 5; ++x) EXPECT_EQ(pixels[y * 6 + x], row[x]);
    EXPECT_TRUE(std::isnan(pixels[y * 6 + 5]));
  }
  EXPECT_TRUE(std::isnan(pixels[12]));
}

TEST(Occlusion, PlacesOfSquares) {
  EXPECT_EQ(occluder_places(224, 56, 8, false).size(), 22U);
  EXPECT_EQ(occluder_places(224, 16, 4, false).size(), 53U);
  EXPECT_EQ(occluder_places(10, 4, 3, false), (std::vector<int>{0, 3, 6}));
  EXPECT_EQ(occluder_places(10, 4, 3, true), (std::vector<int>{-3, 0, 3, 6, 9}));
  // The far edge is reached where the stride does not land there.
  EXPECT_EQ(occluder_places(11, 4, 3, false), (std::vector<int>{0, 3, 6, 7}));
  EXPECT_EQ(occluder_places(11, 11, 5, false), (std::vector<int>{0}));
  EXPECT_EQ(occluder_places(12, 11, 5, false), (std::vector<int>{0, 1}));
  EXPECT_EQ(occluder_places(11, 4, 5, true), (std::vector<int>{0, 5, 10}));
}

TEST(Occlusion, APixelBelongsToTheSquareWhoseMiddleIsNearest) {
  const std::vector<int> starts{0, 8, 16};  // middles at 8, 16 and 24
  std::vector<int> found;
  for (int pixel = 0; pixel < 32; ++pixel) found.push_back(place_at(starts, 16, pixel));
  std::vector<int> expected(12, 0);
  expected.insert(expected.end(), 8, 1);
  expected.insert(expected.end(), 12, 2);
  EXPECT_EQ(found, expected);
}

TEST(Occlusion, RefusesWhatDoesNotFit) {
  const auto backend = make_cpu_backend(1);
  const Network network = zfnet({.size = 64, .width = 0.05, .fc = 8, .classes = 3});
  const Net net(*backend, network, random_parameters(network, 1));
  const Tensor image = random_tensor(network.input, 1);
  const auto refused = [&](const OcclusionOptions& options, std::initializer_list<std::string_view> words) {
    expect_error([&] { const Occlusion job(net, image, options); }, words);
  };
  refused({.size = 0}, {"at least 1", "found 0"});
  refused({.size = 65}, {"at most 64", "found 65"});
  refused({.stride = 0}, {"stride", "found 0"});
  refused({.fill = {1.0F}}, {"3 values", "found 1"});
  refused({.size = 10, .soft_edge = 6}, {"0 to 5", "found 6"});
  refused({.layer = find_layer(network, "conv4"), .map = 1000}, {"1000"});
}

}  // namespace
}  // namespace zf::testing
