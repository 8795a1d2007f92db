#pragma once

#include <array>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/deconv/seed.h"
#include "core/figures/picture.h"
#include "core/figures/planes.h"
#include "core/nn/backward.h"
#include "core/nn/net.h"
#include "core/nn/receptive_field.h"
#include "core/tensor/tensor.h"

namespace zf {

/// What is to be projected, and how.
struct ProjectionWish {
  std::string layer;                     ///< as find_layer knows it, below softmax
  std::optional<int> map;                ///< the strongest where none is named
  std::optional<std::array<int, 2>> at;  ///< y and x of a place on the map; the strongest where none is named
  bool whole_map = false;                ///< all activations of the map at once
  Rule rule = Rule::kDeconvnet;
  LrnBackward lrn = LrnBackward::kPass;
};

/// What one activation, or one map, sees in an image.
struct ProjectionStory {
  ProjectionWish wish;
  Seed seed;                 ///< of a whole map: its strongest place
  PixelRect rectangle;       ///< the input pixels that it sees
  Tensor pixels;             ///< (1, C, H, W), signed
  Channels channels = kRgb;  ///< of the pixels
};

/// The index of a layer that can be projected. Throws where there is none of that name below softmax.
[[nodiscard]] int projected_layer(const Network& network, const std::string& name);

/// `trace` holds one image up to the projected layer at least. Throws where the layer has no such map or place, and where pixels are not
/// finite.
[[nodiscard]] ProjectionStory tell_projection(const Net& net, const Trace& trace, const ProjectionWish& wish, const Channels& channels);

/// How a projection is drawn.
struct ProjectionLook {
  bool crop = false;     ///< the receptive field only
  bool stretch = false;  ///< contrast from lowest to highest instead of symmetric about grey
};

struct ProjectionFigure {
  Picture picture;
  float black = 0;  ///< the values that are drawn black and white
  float white = 0;
};
[[nodiscard]] ProjectionFigure draw_projection(const ProjectionStory& story, const ProjectionLook& look);

/// {"layer", "map", "place": {"y", "x"}, "value", "whole_map", "rule", "lrn_derivative", "rectangle": {"y", "x", "height", "width"}}; a
/// whole map has no place.
[[nodiscard]] nlohmann::ordered_json projection_json(const ProjectionStory& story);
/// The same, and how values became colours: {"cropped", "colours": {"black", "white"}}.
[[nodiscard]] nlohmann::ordered_json projection_json(const ProjectionStory& story, const ProjectionLook& look,
                                                     const ProjectionFigure& figure);

}  // namespace zf
