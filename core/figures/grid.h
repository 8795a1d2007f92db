#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/figures/label.h"
#include "core/figures/picture.h"

namespace zf {

/// One picture of a grid with a line of text below it (none where no tile of the grid has one).
struct Tile {
  Picture picture;
  std::string label;
};

struct GridStyle {
  int columns = 8;
  int least_side = 64;  ///< tiles are enlarged by a whole factor until their longer side has this many pixels
  int gap = 6;          ///< between tiles and around the grid
  Colour background = kWhite;
  TextStyle text{13, kSoftInk, Weight::kRegular};
};

/// Where everything stands: every tile has a cell of one size, row by row.
struct GridLayout {
  int factor = 1;  ///< enlargement of every tile
  int columns = 0;
  int rows = 0;
  int cell_width = 0;
  int cell_height = 0;   ///< of the picture, without its label
  int label_height = 0;  ///< 0 without labels
  int gap = 0;
  int width = 0;  ///< of the whole
  int height = 0;

  /// The k-th cell's picture area.
  [[nodiscard]] Rect cell(int k) const;
};

[[nodiscard]] GridLayout lay_out_grid(std::span<const Tile> tiles, const GridStyle& style);

/// Tiles in rows, row by row, centred in their cells; labels are shortened to their cell. Small maps stay crisp: they are
/// enlarged by whole factors only. Throws where there are no tiles.
[[nodiscard]] Picture draw_grid(std::span<const Tile> tiles, const GridStyle& style);

}  // namespace zf
