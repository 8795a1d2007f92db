#pragma once

#include <array>
#include <span>
#include <string>

#include "core/io/image.h"
#include "core/tensor/tensor.h"

namespace zf {

/// How a photo becomes a network's input: the shorter side to `resize` pixels, the centre square of `crop` pixels, then
/// (value * scale - mean) / std per channel, in the order "rgb" or "bgr", which mean and std follow.
struct Preprocess {
  int resize = 256;
  int crop = 224;
  std::string order = "rgb";
  float scale = 1;
  std::array<float, 3> mean{};
  std::array<float, 3> std{1, 1, 1};
  friend bool operator==(const Preprocess&, const Preprocess&) = default;
};

/// Throws an Error that starts with `name` where sizes or numbers make no sense.
void check(const Preprocess& preprocess, const std::string& name);

/// The part of the photo that the network sees: crop x crop pixels.
[[nodiscard]] Image centre_view(const Preprocess& preprocess, const Image& image);

/// Writes an image of crop x crop pixels as one batch item (3, crop, crop).
void write_pixels(const Preprocess& preprocess, const Image& view, std::span<float> item);

/// centre_view and write_pixels in one: (1, 3, crop, crop).
[[nodiscard]] Tensor preprocess_image(const Preprocess& preprocess, const Image& image);

/// The whole photo with its shorter side at `resize`, not cropped: (1, 3, h, w).
[[nodiscard]] Tensor preprocess_whole(const Preprocess& preprocess, const Image& image);

/// The image that an item (3, h, w) of preprocessed pixels came from, of any size; what lies outside 0-255 is cut off.
[[nodiscard]] Image to_image(const Preprocess& preprocess, std::span<const float> item, Size size);

}  // namespace zf
