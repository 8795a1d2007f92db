#pragma once

#include <array>
#include <span>
#include <string>

#include "core/io/image.h"
#include "core/tensor/tensor.h"

namespace zf {

/// How a photo becomes a network's input: resampled so that it covers a rectangle of the crop's shape whose shorter side is `resize`
/// pixels (of a square crop: the photo's shorter side becomes that), its centre cropped, then (value * scale - mean) / std per channel, in
/// the order "rgb" or "bgr", which mean and std follow, or of the one channel "grey".
struct Preprocess {
  int resize = 256;
  Size crop{224, 224};  ///< pixels
  std::string order = "rgb";
  float scale = 1;
  std::array<float, 3> mean{};  ///< of grey the first alone counts
  std::array<float, 3> std{1, 1, 1};

  /// 1 or 3.
  [[nodiscard]] int channels() const { return order == "grey" ? 1 : 3; }
  /// The network's input: (1, channels, crop.h, crop.w).
  [[nodiscard]] Shape input() const { return {1, channels(), crop.h, crop.w}; }
  /// The rectangle that a photo covers, as large as the crop or larger.
  [[nodiscard]] Size covered() const;
  /// What a photo of this size is resampled to.
  [[nodiscard]] Size resampled(Size photo) const;
  /// Pixels that a photo's shorter side never needs more of.
  [[nodiscard]] int longest_side() const;
  friend bool operator==(const Preprocess&, const Preprocess&) = default;
};

/// Throws an Error that starts with `name` where sizes or numbers make no sense.
void check(const Preprocess& preprocess, const std::string& name);

/// The part of the photo that the network sees: an image of the crop's size.
[[nodiscard]] Image centre_view(const Preprocess& preprocess, const Image& image);

/// Writes an image of the crop's size as one batch item (channels, crop.h, crop.w).
void write_pixels(const Preprocess& preprocess, const Image& view, std::span<float> item);

/// centre_view and write_pixels in one: (1, channels, crop.h, crop.w).
[[nodiscard]] Tensor preprocess_image(const Preprocess& preprocess, const Image& image);

/// The whole photo resampled, not cropped: (1, channels, h, w).
[[nodiscard]] Tensor preprocess_whole(const Preprocess& preprocess, const Image& image);

/// The image that an item (channels, h, w) of preprocessed pixels came from, of any size; what lies outside 0-255 is cut off.
[[nodiscard]] Image to_image(const Preprocess& preprocess, std::span<const float> item, Size size);

}  // namespace zf
