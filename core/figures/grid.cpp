#include "core/figures/grid.h"

#include <algorithm>

#include "core/tensor/error.h"

namespace zf {

Rect GridLayout::cell(int k) const {
  const int column = k % columns;
  const int row = k / columns;
  return {gap + column * (cell_width + gap), gap + row * (cell_height + label_height + gap), cell_width, cell_height};
}

GridLayout lay_out_grid(std::span<const Tile> tiles, const GridStyle& style) {
  if (tiles.empty()) fail("expected at least one tile of a grid, found none");
  if (style.columns < 1) fail("expected a grid of at least one column, found {}", style.columns);
  int width = 0;
  int height = 0;
  bool labels = false;
  for (const Tile& tile : tiles) {
    width = std::max(width, tile.picture.width);
    height = std::max(height, tile.picture.height);
    labels = labels || !tile.label.empty();
  }
  GridLayout layout;
  layout.factor = enlargement(std::max(width, height), style.least_side);
  layout.gap = style.gap;
  layout.columns = std::min(style.columns, static_cast<int>(tiles.size()));
  layout.rows = (static_cast<int>(tiles.size()) + layout.columns - 1) / layout.columns;
  layout.cell_width = width * layout.factor;
  layout.cell_height = height * layout.factor;
  layout.label_height = labels ? line_height(style.text) + 2 : 0;
  layout.width = style.gap + layout.columns * (layout.cell_width + style.gap);
  layout.height = style.gap + layout.rows * (layout.cell_height + layout.label_height + style.gap);
  return layout;
}

Picture draw_grid(std::span<const Tile> tiles, const GridStyle& style) {
  const GridLayout layout = lay_out_grid(tiles, style);
  Picture grid = make_picture(layout.width, layout.height, style.background);
  for (int k = 0; k < static_cast<int>(tiles.size()); ++k) {
    const Tile& tile = tiles[static_cast<std::size_t>(k)];
    const Rect cell = layout.cell(k);
    const Picture picture = enlarge(tile.picture, layout.factor);
    blit(grid, picture, cell.x + (cell.width - picture.width) / 2, cell.y + (cell.height - picture.height) / 2);
    if (tile.label.empty()) continue;
    draw_text(grid, shorten(tile.label, cell.width, style.text), cell.x + cell.width / 2, cell.y + cell.height + 1, style.text,
              Align::kCentre);
  }
  return grid;
}

}  // namespace zf
