// Models that are unlike the one before them, or unlike what panels expect, without a window.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <thread>

#include "core/viewer/panels/ablation_panel.h"
#include "core/viewer/panels/invariance_panel.h"
#include "core/viewer/panels/occlusion_panel.h"
#include "tests/viewer/journey.h"

namespace zf::testing {

namespace {

constexpr std::array<const char*, 7> kTabs = {"features",       "occlusion", "ablation",  "invariance",
                                              "correspondence", "evolution", "comparison"};

class OddModels : public Journey {
 protected:
  void write_model(const std::string& name, std::vector<Layer> layers) const {
    Network network{name, {1, 3, 40, 40}, std::move(layers)};
    std::vector<std::string> classes;
    const std::size_t scores = output_shapes(network)[static_cast<std::size_t>(logits_layer(network))].item();
    while (classes.size() < scores) classes.push_back("thing " + std::to_string(classes.size()));
    save_model(path(name + ".safetensors"), {network, test::story_parameters(network), {}, classes, test::story_preprocess(), {}},
               Precision::kFloat32);
  }
  template <typename T>
  [[nodiscard]] static const T& panel(Stage& stage, const char* id) {
    return dynamic_cast<const T&>(*stage.app().find_panel(id));
  }
};

// What a panel shows of the model before names layers that the next one may not have.
TEST_P(OddModels, NothingOfTheModelBeforeIsShown) {
  write_model("short", {{"conv1", ConvLayer{5, 3, 2, 0, 1}}, {"relu1", ReluLayer{}}, {"fc2", LinearLayer{3}}});
  for (const char* tab : {"occlusion", "ablation", "invariance"}) {
    Stage stage(1600, 1000, threads(), start(tab));
    stage.settle();
    const auto shown = [&] {
      return panel<viewer::OcclusionPanel>(stage, "occlusion").view().has_value() +
             panel<viewer::AblationPanel>(stage, "ablation").view().has_value() +
             panel<viewer::InvariancePanel>(stage, "invariance").curves().has_value();
    };
    ASSERT_EQ(shown(), 1) << tab;
    stage.app().open({path("short.safetensors")});
    const int before = stage.session().model_number();
    constexpr int kMost = 2000;
    int frames = 0;
    for (; frames < kMost && stage.session().model_number() == before; ++frames) {
      stage.frame();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    ASSERT_LT(frames, kMost);
    // The frame in which the model came: its photo is not looked at yet.
    if (!stage.session().photo()->look) {
      EXPECT_EQ(shown(), 0) << tab;
      EXPECT_TRUE(stage.session().photo()->top.empty());
      EXPECT_FALSE(stage.session().muted());
    }
    stage.press('S', true);
    stage.settle();
    ASSERT_EQ(shown(), 1) << tab;
    EXPECT_EQ(stage.session().photo()->probabilities.size(), 3U);
  }
}

TEST_P(OddModels, EveryTabIsDrawnForNetworksThatEndInConvolutions) {
  write_model("convolutions", {{"conv1", ConvLayer{5, 3, 2, 0, 1}}, {"relu1", ReluLayer{}}, {"conv2", ConvLayer{4, 19, 1, 0, 1}}});
  viewer::State state = start();
  state.choice.model = path("convolutions.safetensors");
  Stage stage(1600, 1000, threads(), state);
  stage.settle();
  EXPECT_EQ(stage.session().choice().layer, "logits");
  for (const char* tab : kTabs) stage.click(std::string("tab ") + tab);
  stage.press('W');
  EXPECT_EQ(stage.host().files.count("one.html"), 1U);
  stage.click("tab ablation");
  stage.click("layer conv1");
  ASSERT_TRUE(panel<viewer::AblationPanel>(stage, "ablation").view());
  EXPECT_EQ(panel<viewer::AblationPanel>(stage, "ablation").view()->drops.size(), 5U);
  stage.press('M');
  EXPECT_TRUE(stage.session().muted());
}

TEST_P(OddModels, EveryTabIsDrawnForANetworkThatLearnsNothing) {
  write_model("relu", {{"relu1", ReluLayer{}}, {"prob", SoftmaxLayer{}}});
  viewer::State state = start();
  state.choice.model = path("relu.safetensors");
  Stage stage(1600, 1000, threads(), state);
  stage.settle();
  ASSERT_TRUE(stage.session().model());
  EXPECT_EQ(stage.session().model()->path, path("relu.safetensors"));
  for (const char* tab : kTabs) {
    stage.click(std::string("tab ") + tab);
    stage.press('S', true);
  }
  stage.press('W');
  EXPECT_EQ(stage.host().files.count("one.html"), 1U);
  // One with nothing to look at at all is refused.
  write_model("soft", {{"prob", SoftmaxLayer{}}});
  stage.app().open({path("soft.safetensors")});
  stage.settle();
  EXPECT_EQ(stage.session().model()->path, path("relu.safetensors"));
  EXPECT_NE(stage.app().notices().shown().back().text.find("expected a network with layers to look at"), std::string::npos);
}

TEST_P(OddModels, AFolderOfPhotosUnderOtherNamesIsOpened) {
  std::filesystem::create_directories(path("folder"));
  write_test_photo(path("folder/a.jfif"), 50, 50, 7);
  std::filesystem::create_directories(path("nothing"));
  viewer::State state = start();
  Stage stage(1600, 1000, threads(), state);
  stage.settle();
  stage.app().open({path("folder")});
  stage.settle();
  EXPECT_EQ(stage.session().photo()->name, "a.jfif");
  stage.app().open({path("nothing")});
  stage.settle();
  ASSERT_FALSE(stage.app().notices().shown().empty());
  EXPECT_NE(stage.app().notices().shown().back().text.find("expected photos in this folder, found none"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Viewer, OddModels, ::testing::Bool(),
                         [](const auto& which) { return which.param ? "OnAThread" : "BetweenFrames"; });

}  // namespace

}  // namespace zf::testing
