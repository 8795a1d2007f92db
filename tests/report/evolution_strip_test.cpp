#include "core/report/evolution_strip.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/figures/planes.h"
#include "tests/analysis/small_mine.h"
#include "tests/expect_error.h"

namespace zf {
namespace {

constexpr int kMostSide = 16;

/// Two snapshots of a small network, followed on a few photos.
class Strip : public testing::TemporaryFolder {
 protected:
  Strip() {
    test::write_photos(path("photos"), 5);
    for (int epoch : {1, 7}) {
      Model model;
      model.network = test::mined_network();
      model.parameters = testing::random_parameters(model.network, static_cast<unsigned>(epoch));
      model.preprocess = test::mined_preprocess();
      model.classes = {"a", "b", "c", "d"};
      save_model(path("epoch_" + std::to_string(epoch) + ".safetensors"), model, Precision::kFloat32);
    }
    EvolutionOptions options;
    options.maps = 3;
    job_ = std::make_unique<EvolutionJob>(*backend_,
                                          order_snapshots({path("epoch_1.safetensors").string(), path("epoch_7.safetensors").string()}),
                                          list_photos(path("photos").string()), decoder_, options);
    run(*job_);
  }

  std::unique_ptr<Backend> backend_ = make_cpu_backend(1);
  test::NoiseDecoder decoder_;
  std::unique_ptr<EvolutionJob> job_;
};

TEST_F(Strip, HoldsTheJobsNumbersAndEveryProjection) {
  const EvolutionStrip strip = evolution_strip(*job_, kMostSide);
  EXPECT_EQ(strip.epochs, (std::vector<int>{1, 7}));
  EXPECT_EQ(strip.images, 5);
  ASSERT_EQ(strip.layers.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    const LayerEvolution& expected = job_->layers()[i];
    const StripLayer& layer = strip.layers[i];
    EXPECT_EQ(layer.name, expected.output.name);
    EXPECT_EQ(layer.same_photo, expected.same_photo);
    ASSERT_EQ(layer.maps.size(), expected.maps.size());
    EXPECT_LE(layer.cell.h, kMostSide);
    for (std::size_t m = 0; m < layer.maps.size(); ++m) {
      for (std::size_t e = 0; e < 2; ++e) {
        const EvolutionPoint& point = expected.maps[m].points[e];
        EXPECT_EQ(layer.maps[m].activation[e], point.peak.value);
        EXPECT_EQ(layer.maps[m].takes_lead[e], point.takes_lead);
        Picture projection = signed_picture(point.projection, 0, signed_scale(point.projection.values()));
        const Rect at = strip.cell(layer, m, e);
        EXPECT_EQ(crop(strip.picture, at), resample(projection, at.width, at.height)) << i << " " << m << " " << e;
      }
    }
  }
}

TEST_F(Strip, ComesBackAsItWas) {
  const EvolutionStrip strip = evolution_strip(*job_, kMostSide);
  const EvolutionStrip read = read_strip(strip_json(strip), strip.picture, "strip.json");
  EXPECT_EQ(strip_json(read), strip_json(strip));
  EXPECT_EQ(read.picture, strip.picture);
  EXPECT_EQ(read.layers[1].maps[2].similarity, strip.layers[1].maps[2].similarity);
  EXPECT_EQ(read.layers[1].maps[2].takes_lead, strip.layers[1].maps[2].takes_lead);
}

TEST_F(Strip, BrokenOnesAreToldInWords) {
  const EvolutionStrip strip = evolution_strip(*job_, kMostSide);
  const std::string json = strip_json(strip);
  testing::expect_error([&] { (void)read_strip("{", strip.picture, "strip.json"); }, {"strip.json"});
  testing::expect_error([&] { (void)read_strip("[]", strip.picture, "strip.json"); }, {"strip.json", "array"});
  testing::expect_error([&] { (void)read_strip(json, make_picture(8, 8), "strip.json"); }, {"strip.json", "conv1", "8 x 8"});
  const auto changed = [&](const std::function<void(nlohmann::json&)>& change) {
    nlohmann::json value = nlohmann::json::parse(json);
    change(value);
    return testing::error_of([&] { (void)read_strip(value.dump(), strip.picture, "strip.json"); });
  };
  EXPECT_NE(changed([](auto& v) { v["version"] = 9; }).find("version"), std::string::npos);
  EXPECT_NE(changed([](auto& v) { v["epochs"] = {7, 1}; }).find("rising"), std::string::npos);
  EXPECT_NE(changed([](auto& v) { v["layers"][0]["same_photo"] = {1}; }).find("same_photo"), std::string::npos);
  EXPECT_NE(changed([](auto& v) { v["layers"][1]["maps"][0]["activation"][0] = "x"; }).find("activation"), std::string::npos);
  EXPECT_NE(changed([](auto& v) { v["layers"][1].erase("top"); }).find("top"), std::string::npos);
}

TEST_F(Strip, FigureHasARowAMapAndAColumnAnEpoch) {
  const Picture picture = draw_strip(evolution_strip(*job_, kMostSide));
  EXPECT_GE(picture.width, 2 * 96);
  EXPECT_GE(picture.height, 6 * 96);
}

}  // namespace
}  // namespace zf
