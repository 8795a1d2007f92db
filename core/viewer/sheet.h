#pragma once

#include <span>
#include <vector>

#include "core/figures/colormap.h"
#include "core/figures/picture.h"
#include "core/tensor/tensor.h"

namespace zf::viewer {

/// All maps of a layer, or other pictures of one size, in one picture, tile by tile, row by row, without gaps: hundreds of maps
/// are one texture.
struct Sheet {
  Picture picture;
  int columns = 0;
  int tile_width = 0;
  int tile_height = 0;

  /// Where map `k` stands.
  [[nodiscard]] Rect tile(int k) const { return {k % columns * tile_width, k / columns * tile_height, tile_width, tile_height}; }
};

/// The maps (1, C, h, w) in colours, and again at half the size, a quarter and so on down to `least` pixels a tile, so that small
/// tiles do not flicker.
[[nodiscard]] std::vector<Sheet> make_sheets(const Tensor& maps, const Range& range, Colormap colormap, int least = 24);

/// Pictures of one size, as many columns as rows or one more; no tiles where there are none.
[[nodiscard]] Sheet make_sheet(std::span<const Picture> tiles);

/// The smallest sheet whose tiles have at least `side` pixels, or the largest there is.
[[nodiscard]] std::size_t sheet_for(std::span<const Sheet> sheets, float side);

}  // namespace zf::viewer
