#pragma once

#include <array>
#include <span>
#include <string_view>

#include "core/figures/colormap.h"
#include "core/figures/picture.h"
#include "core/tensor/signed_scale.h"
#include "core/tensor/tensor.h"

namespace zf {

/// Which planes of an item become red, green and blue: {2, 1, 0} for a network that reads BGR.
using Channels = std::array<int, 3>;
inline constexpr Channels kRgb{0, 1, 2};
inline constexpr Channels kBgr{2, 1, 0};
inline constexpr Channels kOneChannel{0, 0, 0};
/// Of a network whose preprocessing brings its channels in the order "rgb" or "bgr", or one "grey" channel.
[[nodiscard]] inline const Channels& channels_of(std::string_view order) {
  return order == "grey" ? kOneChannel : order == "bgr" ? kBgr : kRgb;
}

/// Signed pixels about mid grey: 0 is grey, +scale full light, -scale full dark, per channel. One plane is shown grey, three
/// in colour. Item `item` of (N, 1 or 3, h, w); throws for other shapes.
[[nodiscard]] Picture signed_picture(const Tensor& pixels, int item, float scale, const Channels& channels = kRgb);

/// The paper's contrast stretch: the lowest value of the item black, the highest white.
[[nodiscard]] Picture stretched_picture(const Tensor& pixels, int item, const Channels& channels = kRgb);

/// One map in colours, `range` from end to end.
[[nodiscard]] Picture map_picture(std::span<const float> plane, Size size, const Range& range, Colormap colormap);

/// kSigned for a range that reaches below zero, else kHeat.
[[nodiscard]] Colormap natural_colormap(const Range& range);

}  // namespace zf
