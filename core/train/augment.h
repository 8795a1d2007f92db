#pragma once

#include <cstdint>

#include "core/data/random.h"
#include "core/io/image.h"
#include "core/io/preprocess.h"

namespace zf {

/// What part of a photo a training step sees.
enum class Crops : std::uint8_t {
  kResized,  ///< 30-100 % of the photo's area, its aspect 3:4 to 4:3 of the crop's, anywhere, resized to the network's input; flipped or
             ///< not
  kPaper,    ///< section 3: shorter side to `resize`, centre square, one of its ten crops (corners and centre, flipped or not)
};

/// Smallest part of a photo's area that Crops::kResized takes.
inline constexpr double kSmallestCrop = 0.3;

/// Crops of a photo in the paper's ten-crop test.
inline constexpr int kTenCrops = 10;

/// One of the paper's ten crops of a photo: corners (0-3, row by row) and centre (4) of the rectangle that it covers, of the crop's size;
/// 5-9 are the same mirrored.
[[nodiscard]] Image ten_crop_view(const Preprocess& preprocess, const Image& photo, int which);

/// A view of the crop's size, drawn with `random`. `jitter` is how much brightness, contrast and
/// saturation are scaled at most: by a factor of 1 - jitter to 1 + jitter each.
[[nodiscard]] Image training_view(const Preprocess& preprocess, const Image& photo, Crops crops, float jitter, Random& random);

}  // namespace zf
