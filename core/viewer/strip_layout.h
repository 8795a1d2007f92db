#pragma once

#include <string>
#include <vector>

#include "core/nn/network.h"

namespace zf::viewer {

/// Where the strip of the network shows its layers: columns from the image to the scores, branches side by side in rows.
struct StripLayout {
  struct Cell {
    int column = 0;
    int row = 0;
  };
  /// Neighbouring columns whose maps are of one size.
  struct Group {
    int first = 0;  ///< column
    int columns = 0;
    int layers = 0;
    Size maps;
  };
  std::vector<Cell> cells;  ///< of each of shown_layers(network)
  std::vector<int> rows;    ///< of each column
  std::vector<Group> groups;

  /// The group that a column belongs to.
  [[nodiscard]] int group_of(int column) const;
};
[[nodiscard]] StripLayout lay_out_strip(const Network& network, const std::vector<Shape>& shapes);

/// A column of the strip as it is drawn: one of the layout's, or a group folded into one.
struct StripColumn {
  int group = 0;
  int column = -1;  ///< -1: the folded group
};
/// All columns where `room` columns hold them, or few more; else groups of several columns are folded, but for `open` and that of column
/// `chosen`
/// (-1 for none of either).
[[nodiscard]] std::vector<StripColumn> fold_strip(const StripLayout& layout, int room, int open, int chosen);

}  // namespace zf::viewer
