#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/figures/picture.h"
#include "core/io/atlas.h"
#include "core/io/image.h"

namespace zf {

/// Some maps of a layer, in the order to show them.
struct AtlasRow {
  std::string layer;
  std::vector<int> maps;
};

/// The maps with the strongest activations of a layer, best first; of equals the lower map. At most `count`.
[[nodiscard]] std::vector<int> strongest_atlas_maps(const Atlas& atlas, std::string_view layer, int count);
/// A random draw of maps that answer to anything, rising; the same for the same seed.
[[nodiscard]] std::vector<int> random_atlas_maps(const Atlas& atlas, std::string_view layer, int count, std::uint64_t seed);

/// Rows of these layers, all of the atlas where there are none: their `count` strongest maps, "sorted", a "random" draw of as many, or the
/// numbers that `maps` lists, "3,17". Throws where it is none of that.
[[nodiscard]] std::vector<AtlasRow> atlas_rows(const Atlas& atlas, std::vector<std::string> layers, const std::string& maps, int count,
                                               std::uint64_t seed);

/// One map: its projections in a square, best first, row by row, and the patches that they come from in another one beside it
/// where the atlas has them. Each picture gets `side` pixels, on `background`.
[[nodiscard]] Picture draw_atlas_map(Atlas& atlas, const ImageDecoder& decoder, const std::string& layer, int map, int side,
                                     Colour background = kWhite);

/// Fig. 2: for every layer its maps, each labelled with number and strongest activation. Throws where there is no map.
[[nodiscard]] Picture draw_atlas_figure(Atlas& atlas, const ImageDecoder& decoder, std::span<const AtlasRow> rows);

/// The numbers behind the figure: layer, map, rank, activation, image, name, y, x, scale of the projection; one line an item.
[[nodiscard]] std::string atlas_csv(const Atlas& atlas, std::span<const AtlasRow> rows);

}  // namespace zf
