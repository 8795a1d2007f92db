#include "core/viewer/state.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

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
  state.settings = {false, 1.25F, "occlusion", false, 120, false, "/photos", 800, 600, Axis::kRotation, {2, 8}, {3, 4}, true};
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
  EXPECT_EQ(state.settings.axis, Axis::kTranslation);
  EXPECT_EQ(state.settings.invariance_stages, Settings{}.invariance_stages);
  EXPECT_EQ(state.settings.correspondence_stages, (std::array{3, 4}));
  EXPECT_EQ(state.settings.zoom, 1);
  EXPECT_EQ(state.settings.dark, true);
  EXPECT_EQ(state.settings.tile, 100);
  EXPECT_EQ(state.settings.window_width, Settings{}.window_width);
}

}  // namespace

}  // namespace zf::viewer
