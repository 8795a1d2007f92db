#include "core/viewer/strip_layout.h"

#include <algorithm>
#include <utility>

#include "core/nn/graph.h"

namespace zf::viewer {

namespace {

constexpr int kWorthFolding = 3;  // columns
constexpr int kScrolled = 24;     // columns that are scrolled rather than folded

/// For each layer which of the shown ones it is part of, or follows without being shown; -1 where none is below it.
std::vector<int> owners(const Graph& graph, const std::vector<ShownLayer>& shown) {
  std::vector<int> owner(static_cast<std::size_t>(graph.layers()), -1);
  for (std::size_t s = 0; s < shown.size(); ++s) {
    for (int layer = shown[s].last; layer >= shown[s].first; layer = graph.input(layer))
      owner[static_cast<std::size_t>(layer)] = static_cast<int>(s);
  }
  for (int layer = 0; layer < graph.layers(); ++layer) {
    const int input = graph.input(layer);
    int& own = owner[static_cast<std::size_t>(layer)];
    if (own < 0 && input != kPicture) own = owner[static_cast<std::size_t>(input)];
  }
  return owner;
}

/// Columns by the longest way from the image.
std::vector<StripLayout::Cell> place_cells(const Graph& graph, const std::vector<ShownLayer>& shown, std::vector<int>& rows) {
  const std::vector<int> owner = owners(graph, shown);
  std::vector<StripLayout::Cell> cells;
  for (const ShownLayer& layer : shown) {
    int column = 0;
    for (const int value : graph.inputs(layer.first)) {
      const int below = value == kPicture ? -1 : owner[static_cast<std::size_t>(value)];
      if (below >= 0) column = std::max(column, cells[static_cast<std::size_t>(below)].column + 1);
    }
    if (std::cmp_equal(column, rows.size())) rows.push_back(0);
    cells.push_back({column, rows[static_cast<std::size_t>(column)]++});
  }
  return cells;
}

}  // namespace

int StripLayout::group_of(int column) const {
  const auto found = std::find_if(groups.begin(), groups.end(), [column](const Group& g) { return column < g.first + g.columns; });
  return static_cast<int>(found - groups.begin());
}

StripLayout lay_out_strip(const Network& network, const std::vector<Shape>& shapes) {
  const std::vector<ShownLayer> shown = shown_layers(network);
  StripLayout layout;
  layout.cells = place_cells(Graph(network), shown, layout.rows);
  std::vector<Size> sizes(layout.rows.size());
  std::vector<int> layers(layout.rows.size());
  for (std::size_t s = 0; s < shown.size(); ++s) {
    const auto column = static_cast<std::size_t>(layout.cells[s].column);
    const Size maps = shapes[static_cast<std::size_t>(shown[s].last)].map();
    sizes[column] = {std::max(sizes[column].h, maps.h), std::max(sizes[column].w, maps.w)};
    ++layers[column];
  }
  for (std::size_t column = 0; column < sizes.size(); ++column) {
    if (column == 0 || !(sizes[column] == layout.groups.back().maps))
      layout.groups.push_back({static_cast<int>(column), 0, 0, sizes[column]});
    ++layout.groups.back().columns;
    layout.groups.back().layers += layers[column];
  }
  return layout;
}

std::vector<StripColumn> fold_strip(const StripLayout& layout, int room, int open, int chosen) {
  const bool fits = std::cmp_less_equal(layout.rows.size(), std::max(room, kScrolled));
  const int held_open = chosen >= 0 ? layout.group_of(chosen) : -1;
  std::vector<StripColumn> columns;
  for (std::size_t i = 0; i < layout.groups.size(); ++i) {
    const StripLayout::Group& group = layout.groups[i];
    const int number = static_cast<int>(i);
    if (!fits && group.columns >= kWorthFolding && number != open && number != held_open) {
      columns.push_back({number, -1});
      continue;
    }
    for (int column = group.first; column < group.first + group.columns; ++column) columns.push_back({number, column});
  }
  return columns;
}

}  // namespace zf::viewer
