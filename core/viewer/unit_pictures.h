#pragma once

#include <array>
#include <optional>

#include "core/viewer/views.h"

namespace zf::viewer {

/// The patch, then one projection a rule.
inline constexpr std::size_t kUnitPictures = 4;

/// The pictures of a unit, all of the same part of the photo.
struct UnitPictures {
  PixelRect part;                                         ///< of the network's input; what hangs over is grey
  std::array<std::optional<Picture>, kUnitPictures> all;  ///< those that are done
  std::array<float, kUnitPictures> reach{};               ///< of a projection's colours: the magnitude that is black or white
};

/// Of the unit's field (`crop`) or of the whole input.
[[nodiscard]] UnitPictures picture_unit(const UnitView& unit, const PhotoView& photo, const Preprocess& preprocess, bool crop);

}  // namespace zf::viewer
