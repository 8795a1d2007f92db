#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/tensor/shape.h"

namespace zf {

/// A photo: 8-bit RGB, interleaved, row by row from the top. Grey photos have three equal channels.
struct Image {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgb;  ///< height x width x 3

  [[nodiscard]] const std::uint8_t* row(int y) const { return rgb.data() + static_cast<std::ptrdiff_t>(y) * width * 3; }
  [[nodiscard]] std::uint8_t* row(int y) { return rgb.data() + static_cast<std::ptrdiff_t>(y) * width * 3; }
  friend bool operator==(const Image&, const Image&) = default;
};

/// A grey photo's edge, and what lies behind transparent pixels.
inline constexpr std::uint8_t kMidGrey = 128;

/// Larger photos are refused.
inline constexpr std::int64_t kMaxPixels = 100'000'000;

/// A black image. Throws where a side is below 1 or the whole beyond kMaxPixels.
[[nodiscard]] Image make_image(int width, int height);

/// Lays pixels with straight alpha (height x width x 4) on mid grey.
[[nodiscard]] Image image_from_rgba(int width, int height, std::span<const std::uint8_t> rgba);

/// Throws an Error that names the image where a side is below 1 or the whole beyond kMaxPixels.
void check_image_size(std::int64_t width, std::int64_t height, const std::string& name);

/// What the first bytes of an image file say, before anything is decoded.
struct ImageHeader {
  std::int64_t width = 0;
  std::int64_t height = 0;
  bool alpha = false;
};

/// Of a JPEG, PNG, BMP, WebP, TIFF or Netpbm file; nothing where the bytes are of another kind or too short.
[[nodiscard]] std::optional<ImageHeader> read_image_header(std::span<const std::byte> data);

/// Turns a file's bytes into pixels. The host brings one: OpenCV natively, the browser in the page.
class ImageDecoder {
 public:
  ImageDecoder() = default;
  ImageDecoder(const ImageDecoder&) = delete;
  ImageDecoder& operator=(const ImageDecoder&) = delete;
  virtual ~ImageDecoder() = default;

  /// Upright (the orientation in its EXIF data applied), alpha laid on mid grey. May be called from several threads at
  /// once. Throws an Error that names `name` where the bytes are empty, broken, cut short or too large an image.
  [[nodiscard]] virtual Image decode(std::span<const std::byte> bytes, const std::string& name) const = 0;
};

}  // namespace zf
