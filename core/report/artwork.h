#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/figures/colormap.h"
#include "core/figures/picture.h"
#include "core/report/story.h"

namespace zf {

/// An encoded picture and its size in pixels.
struct Png {
  std::vector<std::byte> bytes;
  int width = 0;
  int height = 0;
};

/// All maps of a layer in one picture, and what its colours mean.
struct GridArt {
  Png png;
  int columns = 0;
  float low = 0;                ///< the value of the first colour
  float high = 0;               ///< the value of the last one
  bool clipped = false;         ///< values above `high` exist and look like it
  std::vector<Colour> colours;  ///< from low to high, evenly spaced
};

/// A unit's field on the photo and its projection, both at the photo's scale; grey outside the photo.
struct UnitArt {
  Png patch;
  Png projection;
};

struct LayerArt {
  GridArt grid;
  std::vector<UnitArt> units;
  Png sheet;  ///< all units side by side, enlarged and labelled; empty where there are none
};

/// The pictures of a story, drawn and encoded once for page and files.
struct Artwork {
  Png photo;
  std::vector<LayerArt> layers;
  Png occlusion;  ///< Fig. 7; empty where the story has none
  Png ablation;   ///< the ranking; likewise
};

/// What the colours of a layer's grid reach: zero, or the lowest mirrored, to a high percentile of its maps' values.
[[nodiscard]] Range grid_range(std::span<const float> values);

[[nodiscard]] Artwork illustrate(const Story& story);

}  // namespace zf
