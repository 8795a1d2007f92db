#pragma once

#include "core/backend/cpu/winograd_plan.h"
#include "core/tensor/shape.h"

namespace zf::cpu {

/// One axis of a grid of tiles over `joined` maps that lie side by side, far enough apart not to see each other: small maps waste
/// less of their last tiles so (two maps of 13 make 7 tiles instead of 8).
struct TileAxis {
  int joined = 1;
  int pitch = 0;  ///< outputs (of a phase) from one map to the next
  int count = 0;  ///< outputs of a map
  int tiles = 0;
};

/// Where the tiles of a batch read and write. Tiles are numbered in rows: (mosaic, tile y), each of `x.tiles`.
struct TileGrid {
  TileAxis y;
  TileAxis x;
  int items = 0;
  int shift = 0;  ///< input of a map that output 0 reads with offset 0

  [[nodiscard]] int mosaics() const { return (items + y.joined * x.joined - 1) / (y.joined * x.joined); }
  [[nodiscard]] int rows() const { return mosaics() * y.tiles; }
  /// The item of map (joined y, joined x) in a mosaic; it may be beyond the last.
  [[nodiscard]] int item(int mosaic, int jy, int jx) const { return (mosaic * y.joined + jy) * x.joined + jx; }
};

/// The grid of fewest tiles for maps of `in`, of which each phase makes `count` outputs.
[[nodiscard]] TileGrid tile_grid(const WinogradPlan& plan, int items, Size in, int shift, Size count);

/// The input lines of a row of tiles of map `channel`, zero outside the maps: x().extent() lines of `line` floats.
void fetch_lines(const WinogradPlan& plan, const TileGrid& grid, const float* x, const Shape& in, int channel, int row, int line,
                 float* lines);

}  // namespace zf::cpu
