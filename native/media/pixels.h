#pragma once

#include <cstddef>
#include <cstdint>
#include <opencv2/core.hpp>
#include <utility>
#include <vector>

#include "core/io/image.h"

namespace zf {

/// OpenCV pixels, 8 or 16 bits deep, in its order BGR or BGRA, row by row.
template <typename Value>
Image copy_pixels(const cv::Mat& mat) {
  constexpr int kShift = 8 * (static_cast<int>(sizeof(Value)) - 1);
  const auto channels = static_cast<std::size_t>(mat.channels());
  const auto width = static_cast<std::size_t>(mat.cols);
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(mat.rows) * width * channels);
  std::uint8_t* out = pixels.data();
  for (int y = 0; y < mat.rows; ++y) {
    const auto* in = mat.ptr<Value>(y);
    for (std::size_t x = 0; x < width; ++x, in += channels, out += channels) {
      for (std::size_t c = 0; c < 3; ++c) out[c] = static_cast<std::uint8_t>(in[2 - c] >> kShift);
      if (channels == 4) out[3] = static_cast<std::uint8_t>(in[3] >> kShift);
    }
  }
  return channels == 4 ? image_from_rgba(mat.cols, mat.rows, pixels) : Image{mat.cols, mat.rows, std::move(pixels)};
}

}  // namespace zf
