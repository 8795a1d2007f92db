#pragma once

#include <string>
#include <vector>

#include "core/analysis/occlusion.h"
#include "core/figures/picture.h"
#include "core/figures/planes.h"
#include "core/io/image.h"
#include "core/io/preprocess.h"
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

/// Of a finished job; `view` is the image that it covered. The watched map is projected with all its activations.
[[nodiscard]] OcclusionStory tell_occlusion(const Net& net, const Occlusion& job, Image view, const Preprocess& preprocess, int label,
                                            std::vector<std::string> classes);

/// Fig. 7 (a) to (e): the photo with the square where the probability is lowest, activation, projection, probability and most
/// probable class place by place; activation and probability also pixel by pixel over the photo. Colour bars and legend carry
/// numbers. All places must have been run.
[[nodiscard]] Picture draw_occlusion(const OcclusionStory& story);

}  // namespace zf
