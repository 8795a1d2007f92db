#include "core/report/artwork.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/deconv/rules.h"
#include "core/figures/colormap.h"
#include "core/figures/grid.h"
#include "core/figures/label.h"
#include "core/figures/overlay.h"
#include "core/figures/planes.h"
#include "core/io/resample.h"
#include "core/report/captions.h"
#include "core/report/png.h"
#include "core/report/scaled.h"

namespace zf {

namespace {

constexpr Colour kPlate{16, 18, 22};   // the page's plate, so that gaps and plate are one
constexpr Colour kMark{94, 234, 212};  // frames of the chosen maps; the page's --mark
constexpr int kLargestTile = 160;      // pixels a side, to which larger maps are shrunk
constexpr int kGridWidth = 1200;       // pixels at most

Png encode(const Picture& picture) { return {encode_png(picture), picture.width, picture.height}; }

/// How many of `count` tiles stand in a row of at most `most`: a divisor where one is near, else about equal rows.
int columns_for(int count, int most) {
  if (count <= most) return count;
  for (int columns = most; columns * 10 >= most * 7; --columns) {
    if (count % columns == 0) return columns;
  }
  const int rows = (count + most - 1) / most;
  return (count + rows - 1) / rows;
}

/// A map's size in the grid before it is enlarged.
Size shown_size(Size map) {
  const int side = std::max(map.h, map.w);
  if (side <= kLargestTile) return map;
  return {std::max(map.h * kLargestTile / side, 1), std::max(map.w * kLargestTile / side, 1)};
}

/// Tiles as large as a page's width and a fitting height allow, enlarged by whole factors. Layers with weights get more room
/// than those that only pool or normalise.
GridStyle grid_style(const LayerStory& layer) {
  constexpr double kWeightsHeight = 640;
  constexpr double kFixedHeight = 330;
  constexpr double kUnitsHeight = 200;
  constexpr int kEnlargedTile = 112;
  const Shape& maps = layer.maps.shape();
  const bool places = maps.plane() > 1;
  const Size shown = shown_size(maps.map());
  const int side = std::max(shown.h, shown.w);
  const double height = !places ? kUnitsHeight : has_weights(layer.source.op) ? kWeightsHeight : kFixedHeight;
  GridStyle style;
  style.gap = places ? 4 : 1;
  style.background = kPlate;
  const int tile = std::min(static_cast<int>(std::sqrt(kGridWidth * height / maps.c)) - style.gap, kEnlargedTile);
  const int factor = std::max(tile / side, 1);
  style.least_side = side * factor;
  style.columns = columns_for(maps.c, std::max((kGridWidth - style.gap) / (shown.w * factor + style.gap), 1));
  return style;
}

/// One map, its values first rounded to steps of the range: with the few colours between the maps, a picture then has no more
/// than the 256 that PNG keeps in one byte a pixel.
Picture tile_of(const Tensor& maps, int map, const Range& range, Colormap colormap) {
  constexpr float kSteps = 250;
  const auto plane = maps.plane(0, map);
  std::vector<float> rounded(plane.size());
  std::transform(plane.begin(), plane.end(), rounded.begin(),
                 [&](float v) { return std::round(std::clamp(position(v, range), 0.0F, 1.0F) * kSteps) / kSteps; });
  const Size size = maps.shape().map();
  const Size shown = shown_size(size);
  const Picture picture = map_picture(rounded, size, {0, 1}, colormap);
  return shown == size ? picture : resample(picture, shown.w, shown.h);
}

GridArt draw_grid_of(const LayerStory& layer) {
  const Tensor& maps = layer.maps;
  const Shape& shape = maps.shape();
  const Range range = grid_range(maps.values());
  const Colormap colormap = natural_colormap(range);
  std::vector<Tile> tiles;
  for (int c = 0; c < shape.c; ++c) tiles.push_back({tile_of(maps, c, range, colormap), {}});
  const GridStyle style = grid_style(layer);
  const GridLayout layout = lay_out_grid(tiles, style);
  Picture picture = draw_grid(tiles, style);
  for (const UnitStory& unit : layer.units) {
    const Rect cell = layout.cell(unit.seed.map);
    const int reach = style.gap - 1;
    outline(picture, {cell.x - reach, cell.y - reach, cell.width + 2 * reach, cell.height + 2 * reach}, kMark);
  }
  GridArt art;
  art.png = encode(picture);
  art.columns = layout.columns;
  art.low = range.low;
  art.high = range.high;
  art.clipped = std::any_of(maps.values().begin(), maps.values().end(), [&](float v) { return v > range.high || v < range.low; });
  constexpr int kStops = 16;
  for (int i = 0; i <= kStops; ++i) art.colours.push_back(colour_at(colormap, static_cast<float>(i) / kStops));
  return art;
}

/// Each unit's own scale: the strengths of projections differ by orders of magnitude.
Picture projection_of(const Story& story, const UnitStory& unit) {
  return signed_picture(unit.projection, 0, signed_scale(unit.projection.values()), channels_of(story.order));
}

/// Projection beside patch, both of the same height.
Picture pair_of(const Picture& projection, const Picture& patch) {
  constexpr int kHeight = 144;
  constexpr int kGap = 3;
  const Picture left = scaled(projection, kHeight);
  const Picture right = scaled(patch, kHeight);
  Picture pair = make_picture(left.width + kGap + right.width, kHeight);
  blit(pair, left, 0, 0);
  blit(pair, right, left.width + kGap, 0);
  return pair;
}

void draw_units(const Story& story, const LayerStory& layer, LayerArt& art) {
  std::vector<Tile> tiles;
  for (const UnitStory& unit : layer.units) {
    const Picture patch = to_picture(padded_crop(story.view, unit.field));
    const Picture projection = projection_of(story, unit);
    art.units.push_back({encode(patch), encode(projection)});
    const Seed& seed = unit.seed;
    tiles.push_back(
        {pair_of(projection, patch), fmt::format("map {} · {} · row {}, column {}", seed.map, short_number(seed.value), seed.y, seed.x)});
  }
  if (tiles.empty()) return;
  GridStyle style;
  style.columns = columns_for(static_cast<int>(tiles.size()), 4);
  style.least_side = 1;
  style.gap = 14;
  const std::string title = fmt::format("{} of {}, strongest maps of {}", layer.name, story.model, story.image);
  const std::string subtitle = fmt::format("Left: projection ({}). Right: the same part of the photo.", name_of(story.rule));
  art.sheet = encode(with_title(draw_grid(tiles, style), title, subtitle));
}

}  // namespace

Range grid_range(std::span<const float> values) {
  constexpr double kPercentile = 98;  // a few outliers must not darken the rest, as sparse as deep maps are
  const float reach = signed_scale(values, kPercentile);
  const bool is_signed = std::any_of(values.begin(), values.end(), [](float v) { return v < 0; });
  return {is_signed ? -reach : 0, reach};
}

Artwork illustrate(const Story& story) {
  Artwork artwork;
  artwork.photo = encode(to_picture(story.view));
  for (const LayerStory& layer : story.layers) {
    LayerArt art;
    art.grid = draw_grid_of(layer);
    draw_units(story, layer, art);
    artwork.layers.push_back(std::move(art));
  }
  if (!story.occlusion.maps.y.empty()) artwork.occlusion = encode(draw_occlusion(story.occlusion));
  if (!story.ablation.drops.empty()) artwork.ablation = encode(draw_ablation(story.ablation));
  return artwork;
}

}  // namespace zf
