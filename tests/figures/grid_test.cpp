#include "core/figures/grid.h"

#include <gtest/gtest.h>

#include <vector>

#include "core/tensor/error.h"

namespace zf {
namespace {

std::vector<Tile> tiles(int count, int width, int height, const char* label) {
  std::vector<Tile> result;
  for (int k = 0; k < count; ++k) {
    const auto level = static_cast<std::uint8_t>(10 + k);
    result.push_back({make_picture(width, height, {level, level, level}), label});
  }
  return result;
}

TEST(Grid, GeometryOfLabelledTiles) {
  GridStyle style;
  style.columns = 4;
  style.least_side = 60;
  style.gap = 5;
  const GridLayout layout = lay_out_grid(tiles(10, 13, 11, "map"), style);
  EXPECT_EQ(layout.factor, 5);
  EXPECT_EQ(layout.columns, 4);
  EXPECT_EQ(layout.rows, 3);
  EXPECT_EQ(layout.cell_width, 65);
  EXPECT_EQ(layout.cell_height, 55);
  EXPECT_EQ(layout.label_height, line_height(style.text) + 2);
  EXPECT_EQ(layout.width, 5 + 4 * 70);
  EXPECT_EQ(layout.height, 5 + 3 * (55 + layout.label_height + 5));
  EXPECT_EQ(layout.cell(5), (Rect{75, 5 + 55 + layout.label_height + 5, 65, 55}));
  const Picture grid = draw_grid(tiles(10, 13, 11, "map"), style);
  EXPECT_EQ(grid.width, layout.width);
  EXPECT_EQ(grid.height, layout.height);
}

TEST(Grid, EveryTileFillsItsCell) {
  GridStyle style;
  style.columns = 3;
  style.least_side = 16;
  const std::vector<Tile> all = tiles(7, 4, 4, "");
  const GridLayout layout = lay_out_grid(all, style);
  EXPECT_EQ(layout.label_height, 0);
  Picture grid = draw_grid(all, style);
  for (int k = 0; k < 7; ++k) {
    const Rect cell = layout.cell(k);
    EXPECT_EQ(crop(grid, cell), enlarge(all[static_cast<std::size_t>(k)].picture, 4));
    fill(grid, cell, kWhite);
  }
  EXPECT_EQ(grid, make_picture(layout.width, layout.height));
}

TEST(Grid, FewTilesTakeFewColumns) {
  GridStyle style;
  style.columns = 8;
  EXPECT_EQ(lay_out_grid(tiles(3, 64, 64, ""), style).columns, 3);
}

TEST(Grid, SmallerTilesAreCentred) {
  std::vector<Tile> all = tiles(1, 20, 20, "");
  all.push_back({make_picture(10, 4, kBlack), ""});
  GridStyle style;
  style.least_side = 20;
  style.columns = 2;
  style.gap = 0;
  const Picture grid = draw_grid(all, style);
  EXPECT_EQ(grid.at(20 + 5, 8), kBlack);
  EXPECT_EQ(grid.at(20 + 14, 11), kBlack);
  EXPECT_EQ(grid.at(20 + 4, 8), kWhite);
  EXPECT_EQ(grid.at(20 + 5, 7), kWhite);
}

TEST(Grid, RefusesNothing) {
  EXPECT_THROW((void)draw_grid({}, {}), Error);
  GridStyle style;
  style.columns = 0;
  EXPECT_THROW((void)draw_grid(tiles(1, 2, 2, ""), style), Error);
}

}  // namespace
}  // namespace zf
