#include "core/viewer/state.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/viewer/app.h"
#include "core/viewer/panels/ablation_panel.h"
#include "core/viewer/panels/correspondence_panel.h"
#include "core/viewer/panels/features_panel.h"
#include "core/viewer/panels/invariance_panel.h"

namespace zf::viewer {

namespace {

TEST(State, ComesBackAsItWas) {
  State state;
  state.choice = {"opengl",
                  "/models/a.safetensors",
                  {"/photos/ä \"quoted\".jpg", "/b.png"},
                  1,
                  "conv3",
                  17,
                  4,
                  5,
                  Rule::kGuided,
                  {{"conv1", 3}, {"fc6", 400}},
                  "/a.atlas.safetensors",
                  {"/run/epoch_1.safetensors", "/run/epoch_2.safetensors"},
                  "/b.safetensors",
                  {{"/b.png", {{1.5, 2}, {3, 4.25}}}}};
  state.settings.set(App::kDark, false);
  state.settings.set(App::kZoom, 1.25F);
  state.settings.set(App::kTab, "occlusion");
  state.settings.set(App::kWindowWidth, 800);
  state.settings.set(FeaturesPanel::kTile, 88.1F);
  state.settings.set(FileBrowser::kFolder, "/ä \"quoted\"");
  state.settings.set(InvariancePanel::kAxis, Axis::kRotation);
  state.settings.set(InvariancePanel::kStages, {2, 8});
  EXPECT_EQ(state_from_json(to_json(state)), state);
}

TEST(State, BrokenTextIsAFirstStart) {
  for (const char* text : {"", "{", "[1]", "null", "{\"choice\": 3, \"settings\": []}", "\xff"})
    EXPECT_EQ(state_from_json(text), State{}) << text;
}

TEST(State, WrongFieldsAreAsInAFirstStartAndTheRestIsKept) {
  const State state = state_from_json(R"({
    "choice": {"photos": ["/a.png", 7], "photo": 1, "layer": 5, "map": -3, "y": 2, "x": 3, "rule": "magic",
               "mutes": [{"layer": "conv1"}, {"layer": "conv1", "map": 2}, 4],
               "points": [{"photo": "/a.png", "places": [[1, 2]]}, {"photo": "/b.png", "places": [[1]]}, {"places": [[1, 2]]}, 7]},
    "settings": {"zoom": 1e9, "dark": "yes", "tile": 100, "window_width": -5, "axis": "up", "invariance_stages": [0, 7], "correspondence_stages": [3, 4]}})");
  EXPECT_EQ(state.choice.photos, std::vector<std::string>{"/a.png"});
  EXPECT_EQ(state.choice.photo, 0);
  EXPECT_EQ(state.choice.layer, "");
  EXPECT_EQ(state.choice.map, Choice::kStrongest);
  EXPECT_EQ(state.choice.y, Choice::kStrongest);  // a place without a map
  EXPECT_EQ(state.choice.rule, Rule::kDeconvnet);
  EXPECT_EQ(state.choice.mutes, (std::vector<MutedMap>{{"conv1", 2}}));
  EXPECT_EQ(state.choice.points, (std::vector<FacePoints>{{"/a.png", {{1, 2}}}}));
  EXPECT_EQ(state.settings.get(InvariancePanel::kAxis), Axis::kTranslation);
  EXPECT_EQ(state.settings.get(InvariancePanel::kStages), (std::array{1, 7}));
  EXPECT_EQ(state.settings.get(CorrespondencePanel::kStages), (std::array{3, 4}));
  EXPECT_EQ(state.settings.get(App::kZoom), 1);
  EXPECT_TRUE(state.settings.get(App::kDark));
  EXPECT_EQ(state.settings.get(App::kWindowWidth), 1440);
  EXPECT_EQ(state.settings.get(FeaturesPanel::kTile), 100);
}

// As version 0.1 wrote it, but for values that are no first ones.
TEST(State, FilesOfTheFirstVersionOpen) {
  const Settings settings = state_from_json(R"({"choice": {}, "settings": {
    "dark": false, "zoom": 1.25, "tab": "occlusion", "sort_by_strength": false, "tile": 120.5, "crop": false, "folder": "/photos",
    "window_width": 800, "window_height": 600, "axis": "rotation", "invariance_stages": [2, 8], "correspondence_stages": [3, 4],
    "retrained": true}})")
                                .settings;
  EXPECT_FALSE(settings.get(App::kDark));
  EXPECT_EQ(settings.get(App::kZoom), 1.25F);
  EXPECT_EQ(settings.get(App::kTab), "occlusion");
  EXPECT_FALSE(settings.get(FeaturesPanel::kByStrength));
  EXPECT_EQ(settings.get(FeaturesPanel::kTile), 120.5F);
  EXPECT_FALSE(settings.get(UnitPanel::kCrop));
  EXPECT_EQ(settings.get(FileBrowser::kFolder), "/photos");
  EXPECT_EQ(settings.get(App::kWindowWidth), 800);
  EXPECT_EQ(settings.get(App::kWindowHeight), 600);
  EXPECT_EQ(settings.get(InvariancePanel::kAxis), Axis::kRotation);
  EXPECT_EQ(settings.get(InvariancePanel::kStages), (std::array{2, 8}));
  EXPECT_EQ(settings.get(CorrespondencePanel::kStages), (std::array{3, 4}));
  EXPECT_TRUE(settings.get(AblationPanel::kRetrained));
}

TEST(State, KeepsSettingsThatItDoesNotKnow) {
  const std::string text = R"({"settings": {"later": [1, 2.5], "also": "text", "and": true, "no": [[1]], "nor": {"a": 1}, "not": null}})";
  const auto kept = nlohmann::json::parse(to_json(state_from_json(text)))["settings"];
  EXPECT_EQ(kept, nlohmann::json::parse(R"({"later": [1, 2.5], "also": "text", "and": true})"));
}

TEST(Settings, NumbersStayWithinTheirLimits) {
  constexpr Setting<float> kSize{"size", 2, 1, 4};
  Settings settings;
  EXPECT_EQ(settings.get(kSize), 2);
  settings.scale(kSize, 1.5F);
  EXPECT_EQ(settings.get(kSize), 3);
  settings.scale(kSize, 1.5F);
  EXPECT_EQ(settings.get(kSize), 4);
  settings.set(kSize, -1);
  EXPECT_EQ(settings.get(kSize), 1);
}

TEST(Settings, ValuesOfAnotherKindAreAsIfTheyWereNotThere) {
  const Settings settings({{"pair", std::vector{1.0, 2.5}}, {"whole", 1.5}, {"switch", 1.0}, {"text", true}});
  EXPECT_EQ(settings.get(Setting<std::array<int, 2>>{"pair", {3, 4}, 1, 9}), (std::array{3, 4}));
  EXPECT_EQ(settings.get(Setting<int>{"whole", 7, 0, 9}), 7);
  EXPECT_TRUE(settings.get(Setting<bool>{"switch", true}));
  EXPECT_EQ(settings.get(Setting<std::string>{"text", "first"}), "first");
}

}  // namespace

}  // namespace zf::viewer
