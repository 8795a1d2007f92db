#pragma once

#include <cstddef>

#include "core/backend/cpu/winograd_plan.h"
#include "core/tensor/shape.h"

namespace zf::cpu {

/// A place that may lie outside of a map.
struct Origin {
  int y = 0;
  int x = 0;
  friend bool operator==(const Origin&, const Origin&) = default;
};

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
  Origin shift;  ///< input of a map that output 0 reads with offset 0

  [[nodiscard]] int mosaics() const { return (items + y.joined * x.joined - 1) / (y.joined * x.joined); }
  [[nodiscard]] int rows() const { return mosaics() * y.tiles; }
  /// The item of map (joined y, joined x) in a mosaic; it may be beyond the last.
  [[nodiscard]] int item(int mosaic, int jy, int jx) const { return (mosaic * y.joined + jy) * x.joined + jx; }
};

/// The grid of least work for maps of `in`, of which each phase makes `count` outputs.
[[nodiscard]] TileGrid tile_grid(const WinogradPlan& plan, int items, Size in, Origin shift, Size count);

/// The transformed inputs of a block of tile rows: [group][slot][input][tile].
class InputTiles {
 public:
  InputTiles(const WinogradPlan& plan, const TileGrid& grid, const float* x, const Shape& in, int groups);

  /// For blocks of so many tile rows.
  void set_rows(int rows);
  /// Floats from one (slot, input) to the next: room for the last row's last vector, an odd number of cache lines.
  [[nodiscard]] int pitch() const { return pitch_; }
  /// Maps of a group.
  [[nodiscard]] int inputs() const { return inputs_; }
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(group_pitch()) * groups_; }
  [[nodiscard]] std::size_t work_size() const;
  /// The tiles of a group's first slot and input at a point; the point's further slots follow.
  [[nodiscard]] std::ptrdiff_t at(int group, int point) const;

  /// Transforms maps [first, last) of tile rows [row, row + rows).
  void transform(int row, int rows, int first, int last, float* to, float* work) const;

 private:
  [[nodiscard]] std::ptrdiff_t group_pitch() const;
  /// Floats that hold a WinogradInputTable's numbers.
  [[nodiscard]] std::size_t table_size() const;
  void fetch_lines(int channel, int row, float* lines) const;

  const WinogradPlan& plan_;
  const TileGrid& grid_;
  const float* x_;
  Shape in_;
  int groups_;
  int inputs_;
  int line_;  // floats of an input line
  int pitch_ = 0;
};

}  // namespace zf::cpu
