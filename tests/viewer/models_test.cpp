// What speaks of models rather than of one photo: atlas, training runs and comparisons, by mouse and keys, without a window.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/analysis/evolution.h"
#include "core/analysis/mine.h"
#include "core/deconv/seed.h"
#include "core/io/atomic_file.h"
#include "core/io/preprocess.h"
#include "core/report/png.h"
#include "core/viewer/panels/comparison_panel.h"
#include "core/viewer/panels/evolution_panel.h"
#include "tests/report/small_story.h"
#include "tests/viewer/test_host.h"

namespace zf::testing {

namespace {

using viewer::State;

constexpr int kPhotos = 12;

/// Models and photos in a folder of their own.
class Models : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    static int folders = 0;
    folder_ = std::filesystem::temp_directory_path() / ("zf_models_" + std::to_string(::getpid()) + "_" + std::to_string(folders++));
    std::filesystem::create_directories(folder_ / "photos");
    for (int i = 0; i < kPhotos; ++i) write_test_photo(photo(i), 44 + i, 44, i + 2);  // not resized
    write_model("small.safetensors", 1);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }
  [[nodiscard]] std::string photo(int i) const { return path("photos/" + std::string(i < 10 ? "0" : "") + std::to_string(i) + ".png"); }
  [[nodiscard]] bool threads() const { return GetParam(); }

  /// The small network with all weights scaled, and with `shift` added to each.
  void write_model(const std::string& name, float scale, float shift = 0) const {
    Network network = test::story_network();
    Parameters parameters = test::story_parameters(network);
    for (auto& [key, tensor] : parameters) {
      int i = 0;
      for (float& value : tensor.values()) value = value * scale + shift * static_cast<float>(i++ % 5 - 2);
    }
    save_model(path(name), {network, std::move(parameters), test::story_classes(), test::story_preprocess(), {}}, Precision::kFloat32);
  }
  [[nodiscard]] State start(const std::string& tab = "features", int photos = 3) const {
    State state;
    state.settings.tab = tab;
    state.choice.model = path("small.safetensors");
    for (int i = 0; i < photos; ++i) state.choice.photos.push_back(photo(i));
    return state;
  }
  void mine(const std::string& model, const std::string& atlas, bool patches = true) const {
    const std::unique_ptr<Backend> backend = make_cpu_backend(1);
    Model loaded = load_model(path(model));
    const Net net(*backend, loaded.network, std::move(loaded.parameters));
    const TestDecoder decoder;
    MineOptions options;
    options.patches = patches;
    MineJob job(net, loaded.preprocess, list_photos(path("photos")), decoder, path(atlas), options);
    while (job.step()) {
    }
  }
  /// Each photo's strongest activation of a map of conv2, strongest first, with its photo.
  [[nodiscard]] std::vector<std::pair<float, std::string>> ranking(int map) const {
    const std::unique_ptr<Backend> backend = make_reference_backend();
    Model model = load_model(path("small.safetensors"));
    const Net net(*backend, model.network, std::move(model.parameters));
    std::vector<std::pair<float, std::string>> all;
    for (int i = 0; i < kPhotos; ++i) {
      DeviceTensor x;
      Trace trace;
      backend->upload(preprocess_image(model.preprocess, TestDecoder().decode(read_file(photo(i)), photo(i))), x);
      net.forward(x, trace);
      const Seed seed = strongest_places(*backend, trace, find_layer(model.network, "conv2"))[static_cast<std::size_t>(map)];
      all.emplace_back(seed.value, std::filesystem::path(photo(i)).filename().string());
    }
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    return all;
  }

  std::filesystem::path folder_;
};

const viewer::EvolutionPanel& evolution(const Stage& stage) {
  return dynamic_cast<const viewer::EvolutionPanel&>(*stage.app().find_panel("evolution"));
}

const viewer::ComparisonPanel& comparison(const Stage& stage) {
  return dynamic_cast<const viewer::ComparisonPanel&>(*stage.app().find_panel("comparison"));
}

nlohmann::json saved_json(const Stage& stage, const std::string& name) {
  const auto found = stage.host().files.find(name);
  if (found == stage.host().files.end()) return {};
  return nlohmann::json::parse(std::string(reinterpret_cast<const char*>(found->second.data()), found->second.size()));
}

TEST_P(Models, TopNineAreThePhotosThatExciteTheMapMost) {
  mine("small.safetensors", "small.atlas.safetensors");
  Stage stage(1600, 1400, threads(), start());
  stage.settle();
  for (int step = 0; step < 2; ++step) {
    const auto& view = stage.app().unit_panel().top9().view();
    ASSERT_TRUE(view) << stage.app().unit_panel().top9().error();
    EXPECT_EQ(view->layer, "conv2");
    EXPECT_EQ(view->map, stage.session().unit()->seed.map);
    EXPECT_EQ(view->images, kPhotos);
    ASSERT_EQ(view->items.size(), 9U);
    const auto expected = ranking(view->map);
    for (std::size_t i = 0; i < 9; ++i) {
      EXPECT_NEAR(view->items[i].value, expected[i].first, 1e-4F);
      EXPECT_EQ(view->names[i], expected[i].second);
    }
    // Every tile is the picture of its own item.
    Atlas atlas(path("small.atlas.safetensors"));
    for (int rank = 0; rank < 9; ++rank) {
      const Image projection = TestDecoder().decode(atlas.projection("conv2", view->map, rank), "projection");
      const Image patch = TestDecoder().decode(atlas.patch("conv2", view->map, rank), "patch");
      EXPECT_EQ(crop(view->projections.picture, view->projections.tile(rank)).rgb, projection.rgb);
      EXPECT_EQ(crop(view->patches.picture, view->patches.tile(rank)).rgb, patch.rgb);
    }
    EXPECT_NE(stage.app().landmarks().find("Projection 9"), nullptr);
    EXPECT_NE(stage.app().landmarks().find("Patch 1"), nullptr);
    stage.press(viewer::kKeyRightBracket);
  }
  stage.press('9');
  const auto json = saved_json(stage, "small-conv2-" + std::to_string(stage.session().unit()->seed.map) + "-strongest.json");
  ASSERT_TRUE(json.is_object());
  EXPECT_EQ(json["items"][0]["value"].get<float>(), stage.app().unit_panel().top9().view()->items[0].value);
  // What the atlas does not hold is told, not drawn.
  stage.click("layer pool1");
  EXPECT_TRUE(stage.app().unit_panel().top9().view()->items.empty());
  EXPECT_EQ(stage.app().landmarks().find("Projection 1"), nullptr);
}

TEST_P(Models, AtlasOfAnotherModelIsRefused) {
  write_model("other.safetensors", 1.5F);
  mine("other.safetensors", "other.atlas.safetensors");
  Stage stage(1600, 1400, threads(), start());
  stage.settle();
  EXPECT_FALSE(stage.app().unit_panel().top9().view());
  stage.app().open({path("other.atlas.safetensors")});
  stage.settle();
  ASSERT_EQ(stage.app().notices().shown().size(), 1U);
  EXPECT_NE(stage.app().notices().shown()[0].text.find("expected an atlas of this model"), std::string::npos);
  EXPECT_EQ(stage.session().choice().atlas, "");
  EXPECT_EQ(stage.session().model()->path, path("small.safetensors"));

  // Together with its model it is taken, wherever it lies.
  std::filesystem::create_directories(path("elsewhere"));
  std::filesystem::rename(path("other.atlas.safetensors"), path("elsewhere/atlas.safetensors"));
  stage.app().open({path("elsewhere/atlas.safetensors"), path("other.safetensors")});
  stage.settle();
  EXPECT_EQ(stage.app().notices().shown().size(), 1U);
  ASSERT_TRUE(stage.app().unit_panel().top9().view());
  EXPECT_EQ(stage.app().state().choice.atlas, path("elsewhere/atlas.safetensors"));
  // It goes with the model.
  stage.app().open({path("small.safetensors")});
  stage.settle();
  EXPECT_FALSE(stage.app().unit_panel().top9().view());
  EXPECT_EQ(stage.app().notices().shown().size(), 1U);
}

TEST_P(Models, ForeignAtlasBesideTheModelIsToldOnce) {
  write_model("other.safetensors", 1.5F);
  mine("other.safetensors", "small.atlas.safetensors");
  Stage stage(1600, 1400, threads(), start());
  stage.settle();
  EXPECT_FALSE(stage.app().unit_panel().top9().view());
  EXPECT_NE(stage.app().unit_panel().top9().error().find("expected an atlas of this model"), std::string::npos);
  EXPECT_TRUE(stage.app().notices().shown().empty());
  stage.press(viewer::kKeyRightBracket);
  EXPECT_FALSE(stage.session().worker().progress(viewer::Slot::kAtlas).running);
}

TEST_P(Models, AtlasWithoutPatchesShowsProjections) {
  mine("small.safetensors", "small.atlas.safetensors", false);
  Stage stage(1600, 1400, threads(), start());
  stage.settle();
  ASSERT_TRUE(stage.app().unit_panel().top9().view()) << stage.app().unit_panel().top9().error();
  EXPECT_TRUE(stage.app().unit_panel().top9().view()->names.empty());
  EXPECT_NE(stage.app().landmarks().find("Projection 9"), nullptr);
  EXPECT_EQ(stage.app().landmarks().find("Patch 1"), nullptr);
}

TEST_P(Models, RunIsFollowedOnTheOpenPhotos) {
  std::filesystem::create_directories(path("run/snapshots"));
  write_model("run/snapshots/epoch_010.safetensors", 1.2F, 0.1F);
  write_model("run/snapshots/epoch_001.safetensors", 0.2F, 0.2F);
  write_model("run/snapshots/epoch_002.safetensors", 0.7F, -0.1F);
  Stage stage(1600, 1000, threads(), start("features", 5));
  stage.settle();
  stage.app().open({path("run")});
  stage.settle();
  EXPECT_EQ(stage.app().state().settings.tab, "evolution");
  EXPECT_EQ(stage.app().state().choice.run.size(), 3U);

  const std::unique_ptr<Backend> backend = make_cpu_backend(1);
  const TestDecoder decoder;
  EvolutionJob job(*backend, order_snapshots(stage.app().state().choice.run), {{}, stage.session().choice().photos, {}}, decoder, {});
  while (job.step()) {
  }
  ASSERT_TRUE(evolution(stage).view());
  const EvolutionStrip& strip = *evolution(stage).view();
  EXPECT_EQ(strip.epochs, (std::vector<int>{1, 2, 10}));
  EXPECT_EQ(strip.images, 5);
  ASSERT_EQ(strip.layers.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(strip.layers[i].same_photo, job.layers()[i].same_photo);
    ASSERT_EQ(strip.layers[i].maps.size(), 6U);
    for (std::size_t m = 0; m < 6; ++m) {
      EXPECT_EQ(strip.layers[i].maps[m].map, job.layers()[i].maps[m].map);
      for (std::size_t e = 0; e < 3; ++e) {
        EXPECT_NEAR(strip.layers[i].maps[m].activation[e], job.layers()[i].maps[m].points[e].peak.value, 1e-4F);
        EXPECT_NEAR(strip.layers[i].maps[m].similarity[e], job.layers()[i].maps[m].points[e].similarity, 1e-4);
      }
    }
  }
  stage.press('S', true);
  EXPECT_EQ(saved_json(stage, "evolution.json")["epochs"], (std::vector<int>{1, 2, 10}));
  EXPECT_EQ(stage.host().files.count("evolution.png"), 1U);

  // Another photo begins nothing anew, another set of photos does.
  stage.press(viewer::kKeyRight);
  ASSERT_TRUE(evolution(stage).view());
  stage.app().open({photo(7)});
  stage.settle();
  EXPECT_EQ(evolution(stage).view()->images, 6);

  stage.click("Close the run");
  EXPECT_FALSE(evolution(stage).view());
}

TEST_P(Models, EpochsAreSteppedDraggedAndPlayed) {
  std::filesystem::create_directories(path("run"));
  for (int epoch = 1; epoch <= 3; ++epoch) write_model("run/epoch_" + std::to_string(epoch) + ".safetensors", static_cast<float>(epoch));
  State state = start("evolution");
  for (int epoch = 1; epoch <= 3; ++epoch) state.choice.run.push_back(path("run/epoch_" + std::to_string(epoch) + ".safetensors"));
  Stage stage(1600, 1000, threads(), state);
  stage.settle();
  ASSERT_TRUE(evolution(stage).view());
  EXPECT_EQ(evolution(stage).shown(), 2U);
  stage.press(viewer::kKeyComma);
  EXPECT_EQ(evolution(stage).shown(), 1U);
  stage.press(viewer::kKeyPeriod);
  stage.press(viewer::kKeyPeriod);
  EXPECT_EQ(evolution(stage).shown(), 2U);
  stage.click("Epoch", 0.01F, 0.5F);
  EXPECT_EQ(evolution(stage).shown(), 0U);
  stage.click("Curves of conv2", 0.5F, 0.5F);
  EXPECT_EQ(evolution(stage).shown(), 1U);

  stage.click("Epoch", 0.99F, 0.5F);
  stage.click("Play");
  EXPECT_EQ(evolution(stage).shown(), 0U);
  EXPECT_TRUE(stage.app().wants_frames());
  std::vector<std::size_t> seen;
  for (int frame = 0; frame < 120; ++frame) {  // two seconds
    stage.frame();
    if (seen.empty() || seen.back() != evolution(stage).shown()) seen.push_back(evolution(stage).shown());
  }
  EXPECT_EQ(seen, (std::vector<std::size_t>{0, 1, 2}));
  EXPECT_FALSE(evolution(stage).moving());
  EXPECT_FALSE(stage.app().wants_frames());
}

TEST_P(Models, StripThatShipsIsShownUntilARunIsOpen) {
  EvolutionStrip strip;
  strip.images = 100;
  strip.epochs = {1, 5};
  strip.layers.push_back({"conv1", {7, 7}, {7, 7}, 0, {{4, {1, 2}, {0, 0.5}, {false, true}}}, {0, 0.25}, {0, 0.5}, 3});
  strip.picture = make_picture(14, 7);
  write_file(path("evolution_strip.json"), strip_json(strip));
  write_file(path("evolution_strip.png"), encode_png(strip.picture));
  {
    Stage stage(420, 800, threads(), start("evolution"));
    stage.host().assets["evolution_strip.json"] = path("evolution_strip.json");
    stage.settle();
    stage.click("Page Network");
    ASSERT_TRUE(evolution(stage).view());
    EXPECT_EQ(strip_json(*evolution(stage).view()), strip_json(strip));
    EXPECT_NE(stage.app().landmarks().find("conv1 map 4"), nullptr);
  }

  write_file(path("evolution_strip.json"), std::string_view("{\"version\": 2}"));
  Stage broken(1600, 1000, threads(), start("evolution"));
  broken.host().assets["evolution_strip.json"] = path("evolution_strip.json");
  broken.settle();
  EXPECT_NE(broken.session().worker().progress(viewer::Slot::kEvolution).error.find("expected version 1, found 2"), std::string::npos);
}

TEST_P(Models, ModelsThatAreNoRunAreTold) {
  write_model("epoch_1.safetensors", 1);
  Network network = test::story_network();
  network.layers.pop_back();
  save_model(path("epoch_2.safetensors"), {network, test::story_parameters(network), test::story_classes(), test::story_preprocess(), {}},
             Precision::kFloat32);
  Stage stage(1600, 1000, threads(), start());
  stage.settle();
  stage.app().open({path("epoch_1.safetensors"), path("epoch_2.safetensors")});
  stage.settle();
  ASSERT_EQ(stage.app().notices().shown().size(), 1U);
  EXPECT_NE(stage.app().notices().shown()[0].text.find("epoch_2.safetensors"), std::string::npos);
  EXPECT_TRUE(stage.app().state().choice.run.empty());
  EXPECT_EQ(stage.app().state().settings.tab, "features");
  EXPECT_EQ(stage.session().model()->path, path("small.safetensors"));
}

TEST_P(Models, SecondModelIsMeasuredBesideTheFirst) {
  write_model("second.safetensors", 0.8F, 0.3F);
  write_file(path("broken.png"), std::string_view("no photo"));
  State state = start("comparison", 5);
  state.choice.photos.push_back(path("broken.png"));
  Stage stage(1600, 1000, threads(), state);
  stage.settle();
  EXPECT_FALSE(comparison(stage).view());
  stage.click("Second model …");
  EXPECT_TRUE(stage.session().awaits_second());
  stage.click("Close");
  stage.app().open({path("second.safetensors")});
  stage.settle();
  EXPECT_FALSE(stage.session().awaits_second());
  EXPECT_EQ(stage.app().state().choice.second, path("second.safetensors"));
  EXPECT_EQ(stage.session().model()->path, path("small.safetensors"));

  ASSERT_TRUE(comparison(stage).view());
  const auto& models = comparison(stage).view()->models;
  ASSERT_EQ(models.size(), 2U);
  const std::unique_ptr<Backend> backend = make_reference_backend();
  for (std::size_t i = 0; i < 2; ++i) {
    const std::string name = i == 0 ? "small" : "second";
    Model model = load_model(path(name + ".safetensors"));
    const Net net(*backend, model.network, std::move(model.parameters));
    ProfileJob job(net, {}, 5, [&](std::size_t k) {
      const std::string file = photo(static_cast<int>(k));
      return preprocess_image(model.preprocess, TestDecoder().decode(read_file(file), file));
    });
    while (job.step()) {
    }
    const ModelProfile& found = models[i].profile;
    const ModelProfile& expected = job.profile();
    EXPECT_EQ(found.name, name);
    EXPECT_EQ(found.photos, 5U);
    EXPECT_NEAR(found.dominance, expected.dominance, 1e-6);
    for (std::size_t k = 0; k < 2; ++k) {
      EXPECT_EQ(found.layers[k].dead, expected.layers[k].dead);
      for (std::size_t m = 0; m < expected.layers[k].greatest.size(); ++m) {
        EXPECT_NEAR(found.layers[k].greatest[m], expected.layers[k].greatest[m], 1e-4F);
      }
    }
    ASSERT_EQ(found.projections.shape(), expected.projections.shape());
    for (std::size_t v = 0; v < expected.projections.size(); ++v) {
      ASSERT_NEAR(found.projections.values()[v], expected.projections.values()[v], 1e-3F);
    }
    EXPECT_NE(stage.app().landmarks().find("Filter 3 of " + name), nullptr);
  }
  EXPECT_NE(stage.app().landmarks().find("Aliased"), nullptr);
  stage.press('S', true);
  EXPECT_EQ(saved_json(stage, "comparison.json")["models"][1]["model"], "second");
  EXPECT_EQ(stage.host().files.count("comparison.png"), 1U);

  // The next model is the first one again, and the second one stays.
  stage.app().open({path("second.safetensors")});
  stage.settle();
  EXPECT_EQ(stage.session().model()->path, path("second.safetensors"));
  EXPECT_EQ(stage.app().state().choice.second, path("second.safetensors"));
  ASSERT_EQ(comparison(stage).view()->models.size(), 2U);
  EXPECT_EQ(comparison(stage).view()->models[0].profile.dominance, comparison(stage).view()->models[1].profile.dominance);
}

TEST_P(Models, BrokenSecondModelIsTold) {
  write_file(path("broken.safetensors"), std::string_view("no model"));
  State state = start("comparison");
  state.choice.second = path("broken.safetensors");
  Stage stage(1600, 1000, threads(), state);
  stage.settle();
  EXPECT_NE(stage.session().worker().progress(viewer::Slot::kComparison).error.find("broken.safetensors"), std::string::npos);
  ASSERT_EQ(comparison(stage).view()->models.size(), 1U);
}

TEST_P(Models, EverySizeOfWindowShowsThem) {
  write_model("second.safetensors", 0.8F);
  write_model("epoch_1.safetensors", 1);
  write_model("epoch_2.safetensors", 1.1F);
  mine("small.safetensors", "small.atlas.safetensors");
  State state = start("comparison");
  state.choice.second = path("second.safetensors");
  state.choice.run = {path("epoch_1.safetensors"), path("epoch_2.safetensors")};
  Stage stage(1600, 1000, threads(), state);
  stage.settle();
  for (const auto& [width, height] : {std::pair{1, 1}, {200, 100}, {420, 800}, {900, 700}, {3840, 2160}}) {
    stage.resize(width, height);
    stage.settle();
    stage.press('N', false, true);
    stage.press('N');
  }
  EXPECT_EQ(stage.app().state().settings.tab, "comparison");
}

INSTANTIATE_TEST_SUITE_P(Viewer, Models, ::testing::Bool(), [](const auto& which) { return which.param ? "OnAThread" : "BetweenFrames"; });

}  // namespace

}  // namespace zf::testing
