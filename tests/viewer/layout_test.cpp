#include "core/viewer/layout.h"

#include <gtest/gtest.h>

#include <array>

#include "core/viewer/sheet.h"

namespace zf::viewer {

namespace {

bool overlap(const Box& a, const Box& b) { return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h; }

TEST(Layout, ColumnsFollowTheWidthInDesignPixels) {
  EXPECT_EQ(lay_out(420, 800, 1).columns, Columns::kOne);
  EXPECT_EQ(lay_out(900, 700, 1).columns, Columns::kTwo);
  EXPECT_EQ(lay_out(1600, 1000, 1).columns, Columns::kThree);
  EXPECT_EQ(lay_out(1600, 1000, 2).columns, Columns::kTwo);
  EXPECT_EQ(lay_out(3840, 2160, 2).columns, Columns::kThree);
}

TEST(Layout, BoxesStayInsideTheWindowAndApart) {
  for (const float scale : {1.0F, 1.5F, 2.0F}) {
    for (int width = 1; width < 4000; width += 37) {
      const auto w = static_cast<float>(width);
      const Layout layout = lay_out(w, 600, scale);
      for (const Box& box : {layout.top, layout.left, layout.middle, layout.right, layout.bottom}) {
        EXPECT_GE(box.w, 0);
        EXPECT_GE(box.h, 0);
        if (width >= 100) {
          EXPECT_LE(box.x + box.w, w);
        }
        EXPECT_LE(box.y + box.h, 600);
      }
      if (layout.columns == Columns::kOne) continue;
      EXPECT_FALSE(overlap(layout.left, layout.middle)) << width;
      EXPECT_FALSE(overlap(layout.middle, layout.right)) << width;
      EXPECT_GT(layout.middle.w, layout.left.w * 0.8F) << width;
    }
  }
}

/// Colours of one value everywhere stay that colour at every size, and each map lands on its own tile.
TEST(Sheet, EveryMapStandsOnItsTileAtEverySize) {
  Tensor maps(Shape{1, 7, 60, 40});
  for (int c = 0; c < 7; ++c) {
    for (float& value : maps.plane(0, c)) value = static_cast<float>(c);
  }
  const std::vector<Sheet> sheets = make_sheets(maps, {0, 6}, Colormap::kHeat, 10);
  ASSERT_EQ(sheets.size(), 3U);  // 60, 30, 15 pixels
  for (const Sheet& sheet : sheets) {
    for (int c = 0; c < 7; ++c) {
      const Rect tile = sheet.tile(c);
      EXPECT_EQ(sheet.picture.at(tile.x, tile.y), colour_at(Colormap::kHeat, static_cast<float>(c) / 6));
      EXPECT_EQ(sheet.picture.at(tile.x + tile.width - 1, tile.y + tile.height - 1), colour_at(Colormap::kHeat, static_cast<float>(c) / 6));
    }
  }
  EXPECT_EQ(sheet_for(sheets, 100), 0U);
  EXPECT_EQ(sheet_for(sheets, 31), 0U);
  EXPECT_EQ(sheet_for(sheets, 30), 1U);
  EXPECT_EQ(sheet_for(sheets, 12), 2U);
}

}  // namespace

}  // namespace zf::viewer
