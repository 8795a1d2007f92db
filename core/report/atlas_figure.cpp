#include "core/report/atlas_figure.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include "core/data/random.h"
#include "core/figures/grid.h"
#include "core/figures/label.h"
#include "core/report/captions.h"
#include "core/report/csv.h"
#include "core/report/scaled.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

constexpr Colour kGrey{kMidGrey, kMidGrey, kMidGrey};
constexpr int kGap = 2;      // between pictures of a square
constexpr int kBetween = 8;  // between the squares

float strongest(const Atlas& atlas, std::string_view layer, int map) {
  const auto items = atlas.items(layer, map);
  return items.empty() ? 0.0F : items.front().value;
}

Picture decoded(const std::vector<std::byte>& jpeg, const ImageDecoder& decoder, const std::string& name, int side) {
  if (jpeg.empty()) return make_picture(side, side, kGrey);
  return scaled(to_picture(decoder.decode(jpeg, name).image), side);
}

/// Pictures in as square a block as can be.
Picture block_of(const std::vector<Picture>& pictures, int top, int side, Colour background) {
  const int columns = static_cast<int>(std::ceil(std::sqrt(top)));
  const int rows = (top + columns - 1) / columns;
  Picture block = make_picture(columns * (side + kGap) - kGap, rows * (side + kGap) - kGap, background);
  for (int i = 0; i < static_cast<int>(pictures.size()); ++i) {
    const Picture& picture = pictures[static_cast<std::size_t>(i)];
    blit(block, picture, (i % columns) * (side + kGap) + (side - picture.width) / 2, (i / columns) * (side + kGap));
  }
  return block;
}

std::string label_of(const Atlas& atlas, const std::string& layer, int map) {
  const float value = strongest(atlas, layer, map);
  return value == 0.0F ? fmt::format("map {} · never active", map) : fmt::format("map {} · {}", map, short_number(value));
}

Picture draw_row(Atlas& atlas, const ImageDecoder& decoder, const AtlasRow& row) {
  constexpr int kSide = 76;
  std::vector<Tile> tiles;
  for (const int map : row.maps) tiles.push_back({draw_atlas_map(atlas, decoder, row.layer, map, kSide), label_of(atlas, row.layer, map)});
  GridStyle style;
  style.columns = atlas.info().patches ? 3 : 6;
  style.least_side = 1;
  style.gap = 20;
  const Size field = atlas.layer(row.layer).field;
  const std::string what = atlas.info().patches ? "Left: projections. Right: the parts of the photos that they come from."
                                                : "Projections of the strongest activations.";
  return with_title(draw_grid(tiles, style), fmt::format("{} of {}", row.layer, atlas.info().network.name),
                    fmt::format("The {} strongest activations of a map over {} photos, best first; fields of {} × {} pixels. {}",
                                atlas.info().top, atlas.info().images, field.h, field.w, what));
}

/// "3,17" as numbers.
std::vector<int> listed_maps(const std::string& text) {
  std::vector<int> maps;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    int map = 0;
    const auto [stop, error] = std::from_chars(text.data() + at, text.data() + end, map);
    if (error != std::errc() || stop != text.data() + end) fail("mine: expected --maps sorted, random or numbers, found {}", text);
    maps.push_back(map);
    at = end + 1;
  }
  return maps;
}

}  // namespace

std::vector<int> strongest_atlas_maps(const Atlas& atlas, std::string_view layer, int count) {
  std::vector<int> maps(static_cast<std::size_t>(atlas.layer(layer).maps));
  std::iota(maps.begin(), maps.end(), 0);
  std::stable_sort(maps.begin(), maps.end(), [&](int a, int b) { return strongest(atlas, layer, a) > strongest(atlas, layer, b); });
  maps.resize(std::min(maps.size(), static_cast<std::size_t>(std::max(count, 0))));
  return maps;
}

std::vector<int> random_atlas_maps(const Atlas& atlas, std::string_view layer, int count, std::uint64_t seed) {
  std::vector<int> maps;
  for (int map = 0; map < atlas.layer(layer).maps; ++map) {
    if (strongest(atlas, layer, map) != 0.0F) maps.push_back(map);
  }
  Random random(seed, RandomUse::kOrder);
  for (std::size_t i = maps.size(); i > 1; --i) std::swap(maps[i - 1], maps[static_cast<std::size_t>(random.below(i))]);
  maps.resize(std::min(maps.size(), static_cast<std::size_t>(std::max(count, 0))));
  std::sort(maps.begin(), maps.end());
  return maps;
}

std::vector<AtlasRow> atlas_rows(const Atlas& atlas, std::vector<std::string> layers, const std::string& maps, int count,
                                 std::uint64_t seed) {
  if (layers.empty()) {
    for (const AtlasLayer& layer : atlas.layers()) layers.push_back(layer.name);
  }
  std::vector<AtlasRow> rows;
  for (const std::string& layer : layers) {
    if (maps == "sorted") {
      rows.push_back({layer, strongest_atlas_maps(atlas, layer, count)});
    } else if (maps == "random") {
      rows.push_back({layer, random_atlas_maps(atlas, layer, count, seed)});
    } else {
      rows.push_back({layer, listed_maps(maps)});
    }
  }
  return rows;
}

Picture draw_atlas_map(Atlas& atlas, const ImageDecoder& decoder, const std::string& layer, int map, int side, Colour background) {
  const std::string name = fmt::format("{} map {}", layer, map);
  const auto count = static_cast<int>(atlas.items(layer, map).size());
  const int top = atlas.info().top;
  std::vector<Picture> pictures;
  for (int rank = 0; rank < count; ++rank) pictures.push_back(decoded(atlas.projection(layer, map, rank), decoder, name, side));
  Picture projections = block_of(pictures, top, side, background);
  if (!atlas.info().patches) return projections;
  pictures.clear();
  for (int rank = 0; rank < count; ++rank) pictures.push_back(decoded(atlas.patch(layer, map, rank), decoder, name, side));
  const Picture patches = block_of(pictures, top, side, background);
  Picture both = make_picture(projections.width + kBetween + patches.width, projections.height, background);
  blit(both, projections, 0, 0);
  blit(both, patches, projections.width + kBetween, 0);
  return both;
}

Picture draw_atlas_figure(Atlas& atlas, const ImageDecoder& decoder, std::span<const AtlasRow> rows) {
  std::vector<Picture> parts;
  for (const AtlasRow& row : rows) {
    if (!row.maps.empty()) parts.push_back(draw_row(atlas, decoder, row));
  }
  if (parts.empty()) fail("[atlas figure] expected at least one map to draw, found none");
  return stack(parts);
}

std::string atlas_csv(const Atlas& atlas, std::span<const AtlasRow> rows) {
  std::string csv = "layer,map,rank,activation,image,name,y,x,scale\n";
  for (const AtlasRow& row : rows) {
    for (const int map : row.maps) {
      int rank = 1;
      for (const AtlasItem& item : atlas.items(row.layer, map)) {
        csv += fmt::format("{},{},{},{},{},{},{},{},{}\n", row.layer, map, rank++, item.value, item.image,
                           csv_field(atlas.image_name(item.image)), item.y, item.x, item.scale);
      }
    }
  }
  return csv;
}

}  // namespace zf
