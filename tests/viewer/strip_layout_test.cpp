#include "core/viewer/strip_layout.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/nn/zoo.h"

namespace zf::viewer {
namespace {

/// `blocks` residual blocks of two convolutions on maps of 32, then as many on maps of 16, the first of each with a way around of its own.
Network residual(int blocks) {
  Network network{"residual", {1, 3, 32, 32}, {{"conv0", ConvLayer{8, 3, 1, 1}}, {"relu0", ReluLayer{}}}};
  for (int i = 0; i < 2 * blocks; ++i) {
    const std::string number = std::to_string(i + 1);
    const int entry = static_cast<int>(network.layers.size()) - 1;
    const bool first = i % blocks == 0;
    const int stride = i == blocks ? 2 : 1;
    network.layers.push_back({"a" + number, ConvLayer{8, 3, stride, 1}});
    network.layers.push_back({"relu_a" + number, ReluLayer{}});
    network.layers.push_back({"b" + number, ConvLayer{8, 3, 1, 1}});
    int around = entry;
    if (first) {
      network.layers.push_back({"c" + number, ConvLayer{8, 1, stride, 0}, {entry}});
      around = entry + 4;
    }
    network.layers.push_back({"add" + number, AddLayer{}, {entry + 3, around}});
    network.layers.push_back({"relu" + number, ReluLayer{}});
  }
  network.layers.push_back({"mean", GlobalAveragePoolLayer{}});
  network.layers.push_back({"fc", LinearLayer{5}});
  network.layers.push_back({"prob", SoftmaxLayer{}});
  return network;
}

StripLayout layout_of(const Network& network) { return lay_out_strip(network, output_shapes(network)); }

StripLayout::Cell cell_of(const Network& network, const StripLayout& layout, std::string_view name) {
  const std::vector<ShownLayer> shown = shown_layers(network);
  const auto found = std::find_if(shown.begin(), shown.end(), [&](const ShownLayer& layer) { return layer.name == name; });
  return layout.cells.at(static_cast<std::size_t>(found - shown.begin()));
}

TEST(StripLayout, AChainIsOneRow) {
  const StripLayout layout = layout_of(zfnet({.classes = 10}));
  EXPECT_EQ(layout.rows, std::vector<int>(layout.cells.size(), 1));
  for (std::size_t i = 0; i < layout.cells.size(); ++i) EXPECT_EQ(layout.cells[i].column, static_cast<int>(i));
}

TEST(StripLayout, BranchesLieSideBySide) {
  const Network network = residual(2);
  const StripLayout layout = layout_of(network);
  EXPECT_EQ(cell_of(network, layout, "a1").column, cell_of(network, layout, "c1").column);
  EXPECT_EQ(cell_of(network, layout, "a1").row, 0);
  EXPECT_EQ(cell_of(network, layout, "c1").row, 1);
  EXPECT_EQ(cell_of(network, layout, "add1").column, cell_of(network, layout, "b1").column + 1);
  EXPECT_EQ(layout.rows[static_cast<std::size_t>(cell_of(network, layout, "a1").column)], 2);
}

TEST(StripLayout, GroupsAreColumnsOfOneSize) {
  const StripLayout layout = layout_of(residual(2));
  ASSERT_EQ(layout.groups.size(), 3U);
  EXPECT_EQ(layout.groups[0].maps, (Size{32, 32}));
  EXPECT_EQ(layout.groups[1].maps, (Size{16, 16}));
  EXPECT_EQ(layout.groups[2].maps, (Size{1, 1}));
  int layers = 0;
  int columns = 0;
  for (const StripLayout::Group& group : layout.groups) {
    EXPECT_EQ(group.first, columns);
    columns += group.columns;
    layers += group.layers;
  }
  EXPECT_EQ(layers, static_cast<int>(layout.cells.size()));
  EXPECT_EQ(columns, static_cast<int>(layout.rows.size()));
  EXPECT_EQ(layout.group_of(0), 0);
  EXPECT_EQ(layout.group_of(columns - 1), 2);
}

TEST(StripLayout, FoldsWhatDoesNotFit) {
  const Network network = residual(10);
  const StripLayout layout = layout_of(network);
  const auto all = static_cast<int>(layout.rows.size());
  EXPECT_EQ(static_cast<int>(fold_strip(layout, all, -1, -1).size()), all);
  const std::vector<StripColumn> folded = fold_strip(layout, 20, -1, -1);
  ASSERT_EQ(folded.size(), 4U);  // two groups, mean and scores
  EXPECT_EQ(folded[0].column, -1);
  EXPECT_EQ(folded[1].column, -1);
  EXPECT_EQ(folded[2].column, all - 2);

  const int chosen = cell_of(network, layout, "a12").column;
  const std::vector<StripColumn> open = fold_strip(layout, 20, 0, chosen);
  EXPECT_EQ(static_cast<int>(open.size()), all);
  const std::vector<StripColumn> held = fold_strip(layout, 20, -1, chosen);
  EXPECT_EQ(held.front().column, -1);
  EXPECT_TRUE(std::any_of(held.begin(), held.end(), [&](const StripColumn& column) { return column.column == chosen; }));
}

}  // namespace
}  // namespace zf::viewer
