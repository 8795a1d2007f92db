// Training runs, by mouse and keys, without a window.
#include "core/analysis/evolution.h"

#include <algorithm>

#include "core/report/png.h"
#include "core/viewer/panels/evolution_panel.h"
#include "tests/viewer/models.h"

namespace zf::testing {

namespace {

using viewer::State;

class Evolution : public Models {};

const viewer::EvolutionPanel& evolution(const Stage& stage) {
  return dynamic_cast<const viewer::EvolutionPanel&>(*stage.app().find_panel("evolution"));
}

TEST_P(Evolution, RunIsFollowedOnTheOpenPhotos) {
  std::filesystem::create_directories(path("run/snapshots"));
  write_model("run/snapshots/epoch_010.safetensors", 1.2F, 0.1F);
  write_model("run/snapshots/epoch_001.safetensors", 0.2F, 0.2F);
  write_model("run/snapshots/epoch_002.safetensors", 0.7F, -0.1F);
  Stage stage(1600, 1000, threads(), start("features", 5));
  stage.settle();
  stage.app().open({path("run")});
  stage.settle();
  EXPECT_EQ(stage.app().state().settings.get(viewer::App::kTab), "evolution");
  EXPECT_EQ(stage.app().state().choice.run.size(), 3U);

  const std::unique_ptr<Backend> backend = make_cpu_backend(1);
  const TestDecoder decoder;
  EvolutionJob job(*backend, order_snapshots(stage.app().state().choice.run), {{}, stage.session().choice().photos, {}}, decoder, {});
  run(job);
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

TEST_P(Evolution, EpochsAreSteppedDraggedAndPlayed) {
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

TEST_P(Evolution, StripThatShipsIsShownUntilARunIsOpen) {
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
  EXPECT_NE(evolution(broken).progress().error.find("expected version 1, found 2"), std::string::npos);
}

TEST_P(Evolution, ModelsThatAreNoRunAreTold) {
  write_model("epoch_1.safetensors", 1);
  Network network = test::story_network();
  network.layers.pop_back();
  save_model(path("epoch_2.safetensors"),
             {network, test::story_parameters(network), {}, test::story_classes(), test::story_preprocess(), {}}, Precision::kFloat32);
  Stage stage(1600, 1000, threads(), start());
  stage.settle();
  stage.app().open({path("epoch_1.safetensors"), path("epoch_2.safetensors")});
  stage.settle();
  ASSERT_EQ(stage.app().notices().shown().size(), 1U);
  EXPECT_NE(stage.app().notices().shown()[0].text.find("epoch_2.safetensors"), std::string::npos);
  EXPECT_TRUE(stage.app().state().choice.run.empty());
  EXPECT_EQ(stage.app().state().settings.get(viewer::App::kTab), "features");
  EXPECT_EQ(stage.session().model()->path, path("small.safetensors"));
}

INSTANTIATE_TEST_SUITE_P(Viewer, Evolution, ::testing::Bool(),
                         [](const auto& which) { return which.param ? "OnAThread" : "BetweenFrames"; });

}  // namespace

}  // namespace zf::testing
