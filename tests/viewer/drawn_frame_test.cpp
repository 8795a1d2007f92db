#include "core/viewer/drawn_frame.h"

#include <gtest/gtest.h>

#include "core/viewer/shortcuts.h"
#include "tests/viewer/test_host.h"

namespace zf {
namespace {

TEST(DrawnFrame, DrawsAnewOnlyWhatChanged) {
  testing::Stage stage(1200, 800, false);
  viewer::DrawnFrame drawn;
  const auto is_drawn = [&] {
    stage.frame();
    return drawn.is_drawn(*ImGui::GetDrawData());
  };
  stage.settle();
  EXPECT_FALSE(is_drawn());
  EXPECT_TRUE(is_drawn());
  stage.resize(1201, 800);
  EXPECT_FALSE(is_drawn());
  stage.settle();
  (void)is_drawn();
  EXPECT_TRUE(is_drawn());
  stage.press(viewer::kKeyF1);
  EXPECT_FALSE(is_drawn());
  stage.settle();
  (void)is_drawn();
  drawn.forget();
  EXPECT_FALSE(is_drawn());
}

}  // namespace
}  // namespace zf
