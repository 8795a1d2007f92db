#include "core/figures/overlay.h"

#include <gtest/gtest.h>

#include <vector>

#include "core/figures/colour_bar.h"
#include "core/tensor/error.h"

namespace zf {
namespace {

constexpr Colour kPhoto{200, 40, 40};

TEST(HeatOverlay, OpaqueIsTheMapAndClearIsTheGreyPhoto) {
  const Picture photo = make_picture(30, 20, kPhoto);
  const std::vector<float> map(6, 1.0F);
  EXPECT_EQ(heat_overlay(photo, map, {2, 3}, {0, 1}, Colormap::kHeat, 1), make_picture(30, 20, colour_at(Colormap::kHeat, 1)));
  const Colour clear = heat_overlay(photo, map, {2, 3}, {0, 1}, Colormap::kHeat, 0).at(3, 3);
  EXPECT_EQ(clear.r, clear.g);
  EXPECT_EQ(clear.r, clear.b);
  EXPECT_NEAR(clear.r, 74, 1);  // its luma
}

TEST(HeatOverlay, PeakStandsWhereTheMapHasIt) {
  std::vector<float> map(25, 0.0F);
  map[1 * 5 + 3] = 1;  // centre at 3.5/5, 1.5/5
  const Picture heat = heat_overlay(make_picture(50, 50), map, {5, 5}, {0, 1}, Colormap::kGrey, 1);
  EXPECT_GT(heat.at(35, 15).r, 220);
  EXPECT_LT(heat.at(15, 35).r, 5);
  EXPECT_THROW((void)heat_overlay(make_picture(50, 50), map, {5, 4}, {0, 1}, Colormap::kGrey, 1), Error);
}

TEST(Outline, ChangesTheRectanglesEdgeOnly) {
  Picture picture = make_picture(40, 40, kPhoto);
  outline(picture, {10, 8, 20, 24}, kWhite, 2);
  EXPECT_EQ(picture.at(11, 9), kWhite);
  EXPECT_EQ(picture.at(12, 20), kWhite);
  EXPECT_EQ(picture.at(20, 20), kPhoto);
  fill(picture, {10, 8, 20, 24}, kPhoto);
  EXPECT_EQ(picture, make_picture(40, 40, kPhoto));
  outline(picture, {30, 30, 40, 40}, kWhite, 2);  // hangs over
  EXPECT_EQ(picture.at(39, 32), kWhite);
}

TEST(ColourBar, ShowsTheColoursFromEndToEnd) {
  ColourBarStyle style;
  style.width = 300;
  style.title = "activation";
  const Picture bar = colour_bar(Colormap::kHeat, {0, 12}, style);
  EXPECT_EQ(bar.width, 300);
  const int margin = 2 * style.text.size;
  const int middle = line_height(style.text) + 4 + style.thickness / 2;
  EXPECT_EQ(bar.at(margin, middle), colour_at(Colormap::kHeat, 0));
  EXPECT_EQ(bar.at(300 - margin - 1, middle), colour_at(Colormap::kHeat, 1));
  EXPECT_EQ(bar.at(300 - 2, middle), kWhite);
  (void)colour_bar(Colormap::kHeat, {0, 0}, style);  // a dead map
}

}  // namespace
}  // namespace zf
