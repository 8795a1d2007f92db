// Whatever a mouse can do in the window can be done by keys: pointing, clicking, dragging and scrolling.
#include <gtest/gtest.h>

#include <cmath>

#include "core/viewer/panels/occlusion_panel.h"
#include "core/viewer/shortcuts.h"
#include "tests/viewer/journey.h"

namespace zf::testing {
namespace {

class KeyboardPointer : public Journey {
 protected:
  /// Holds Enter for some frames of which the middle ones do `between`.
  template <typename Act>
  static void hold_enter(Stage& stage, const Act& between) {
    viewer::hold_key(viewer::kKeyEnter, true);
    stage.frame();
    stage.frame();
    between();
    viewer::hold_key(viewer::kKeyEnter, false);
    stage.frame();
    stage.frame();
    stage.settle();
  }
  static void press_enter(Stage& stage) {
    hold_enter(stage, [] {});
  }
  /// Jumps until the pointer is on the landmark.
  static void jump_to(Stage& stage, const std::string& name) {
    constexpr int kMost = 60;
    for (int i = 0; i < kMost; ++i) {
      const auto* target = stage.app().landmarks().find(name);
      ASSERT_NE(target, nullptr) << name;
      const ImVec2 at = ImGui::GetIO().MousePos;
      const float right = target->box.x + target->box.w / 2 - at.x;
      const float down = target->box.y + target->box.h / 2 - at.y;
      if (std::abs(right) < 1 && std::abs(down) < 1) return;
      const bool across = std::abs(right) > std::abs(down);
      stage.press(across ? (right > 0 ? viewer::kKeyRight : viewer::kKeyLeft) : (down > 0 ? viewer::kKeyDown : viewer::kKeyUp), true);
    }
    FAIL() << name << " was not reached";
  }
};

TEST_P(KeyboardPointer, ClicksControls) {
  Stage stage(1500, 1000, threads(), start());
  stage.settle();
  jump_to(stage, "tab ablation");
  press_enter(stage);
  EXPECT_EQ(stage.app().state().settings.get(viewer::App::kTab), "ablation");
}

TEST_P(KeyboardPointer, PointsAtPlacesOfAMap) {
  Stage stage(1500, 1000, threads(), start("occlusion"));
  stage.settle();
  stage.click("Square 16");
  jump_to(stage, "probability map");
  const auto& panel = dynamic_cast<const viewer::OcclusionPanel&>(*stage.app().find_panel("occlusion"));
  const int middle = panel.pointed();
  ASSERT_GE(middle, 0);
  for (int i = 0; i < 40; ++i) stage.press(viewer::kKeyLeft, false, true);
  EXPECT_LT(panel.pointed(), middle);
}

TEST_P(KeyboardPointer, SetsAndDragsThePointsOfAFace) {
  Stage stage(1500, 1000, threads(), start("correspondence"));
  stage.settle();
  const std::string photo = stage.session().photo()->path;
  jump_to(stage, "marked face");
  press_enter(stage);
  ASSERT_EQ(stage.session().points(photo).size(), 1U);
  const Place set = stage.session().points(photo)[0];
  hold_enter(stage, [&] {
    for (int i = 0; i < 20; ++i) stage.press(viewer::kKeyRight, false, true);
  });
  ASSERT_EQ(stage.session().points(photo).size(), 1U) << "it is the same point";
  EXPECT_GT(stage.session().points(photo)[0].x, set.x);
  EXPECT_NEAR(stage.session().points(photo)[0].y, set.y, 1e-6);
}

TEST_P(KeyboardPointer, GivesWayToTheMouse) {
  Stage stage(1500, 1000, threads(), start());
  stage.settle();
  jump_to(stage, "tab ablation");
  stage.click("tab occlusion");
  EXPECT_EQ(stage.app().state().settings.get(viewer::App::kTab), "occlusion");
  press_enter(stage);
  EXPECT_EQ(stage.app().state().settings.get(viewer::App::kTab), "occlusion") << "Enter is no button while the mouse points";
}

TEST_P(KeyboardPointer, Scrolls) {
  Stage stage(1500, 420, threads(), start());
  stage.settle();
  jump_to(stage, "Rule Deconvnet");
  const float before = stage.app().landmarks().find("Rule Deconvnet")->box.y;
  stage.press(viewer::kKeyPageDown);
  EXPECT_LT(stage.app().landmarks().find("Rule Deconvnet")->box.y, before);
}

INSTANTIATE_TEST_SUITE_P(Viewer, KeyboardPointer, ::testing::Bool(),
                         [](const auto& which) { return which.param ? "OnAThread" : "BetweenFrames"; });

}  // namespace
}  // namespace zf::testing
