#pragma once

#include <string>
#include <vector>

#include "core/analysis/occlusion.h"
#include "core/figures/picture.h"
#include "core/figures/planes.h"
#include "core/io/image.h"
#include "core/tensor/tensor.h"

namespace zf {

/// What Fig. 7 of one photo is drawn from.
struct OcclusionStory {
  Image view;  ///< the part of the photo that the network sees, at its input size
  OcclusionMaps maps;
  std::string layer;                 ///< the watched one
  int map = 0;                       ///< of it
  Tensor projection;                 ///< of all the watched map's activations, (1, 3, H, W)
  Channels channels = kRgb;          ///< of the projection
  int label = 0;                     ///< whose probability is shown
  std::vector<std::string> classes;  ///< names of the classes; may name fewer
  Picture elsewhere{};               ///< the map\'s projections in other photos, from an atlas; empty without one
};

/// Fig. 7 (a) to (e): the photo with the square where the probability is lowest, activation, projection, probability and most
/// probable class place by place; activation and probability also pixel by pixel over the photo. Colour bars and legend carry
/// numbers. All places must have been run.
[[nodiscard]] Picture draw_occlusion(const OcclusionStory& story);

// The same pictures one by one, `side` pixels on the longer side of the photo.

/// Values place by place, each a flat cell, as large as the photo.
[[nodiscard]] Picture place_picture(const OcclusionMaps& maps, const std::vector<float>& values, const Range& range, Size image, int side);
/// Pixel by pixel over the photo; pixels that no square covers show the photo alone.
[[nodiscard]] Picture pixel_picture(const OcclusionStory& story, const std::vector<float>& values, const Range& range, int side);

/// From the lowest to the highest value that is known, and at least a little apart.
[[nodiscard]] Range value_range(const std::vector<float>& values);

}  // namespace zf
