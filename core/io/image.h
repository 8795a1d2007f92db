#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
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

/// Larger pictures are refused, photos unless PhotoLimits say otherwise.
inline constexpr std::int64_t kMaxPixels = 100'000'000;
/// Nor may a photo's longer side be more than this many times the shorter one.
inline constexpr int kMaxAspect = 50;

/// A black image. Throws where a side is below 1 or the whole beyond kMaxPixels.
[[nodiscard]] Image make_image(int width, int height);

/// Lays pixels with straight alpha (height x width x 4) on mid grey.
[[nodiscard]] Image image_from_rgba(int width, int height, std::span<const std::uint8_t> rgba);
/// One value of a pixel with straight alpha, laid on mid grey.
[[nodiscard]] constexpr std::uint8_t laid_on_grey(int value, int alpha) {
  return static_cast<std::uint8_t>((value * alpha + kMidGrey * (255 - alpha) + 127) / 255);
}

/// Throws an Error that names the image where a side is below 1 or the whole beyond kMaxPixels.
void check_image_size(std::int64_t width, std::int64_t height, const std::string& name);

/// What photos a decoder takes.
struct PhotoLimits {
  std::int64_t pixels = kMaxPixels;  ///< JPEG beyond is read at a half, a quarter or an eighth of its size
  std::string raised_by{};           ///< what raises it, for the words of a refusal: "--max-megapixels"
};

/// Throws an Error that names the photo where a side is below 1, or where it is a mere strip (kMaxAspect).
void check_photo_shape(std::int64_t width, std::int64_t height, const std::string& name);
/// The same, and where it has more pixels than the limit.
void check_photo_size(std::int64_t width, std::int64_t height, const PhotoLimits& limits, const std::string& name);

/// What the first bytes of an image file say, before anything is decoded.
struct ImageHeader {
  std::int64_t width = 0;
  std::int64_t height = 0;
  bool alpha = false;
};

/// Of a JPEG, PNG, BMP, WebP, TIFF, GIF, JPEG 2000 or Netpbm file; nothing where the bytes are of another kind or too short.
[[nodiscard]] std::optional<ImageHeader> read_image_header(std::span<const std::byte> data);

/// A photo and what a person should know about it.
struct DecodedImage {
  DecodedImage() = default;
  /*implicit*/ DecodedImage(Image pixels) : image(std::move(pixels)) {}

  Image image;
  int shrunk = 1;                  ///< the file's picture is this many times as wide and high
  std::vector<std::string> notes;  ///< such as "the file ends early: about 40 % of the picture is missing and shown grey"
};

/// Turns a file's bytes into pixels. The host brings one: OpenCV natively, the browser in the page.
class ImageDecoder {
 public:
  ImageDecoder() = default;
  ImageDecoder(const ImageDecoder&) = delete;
  ImageDecoder& operator=(const ImageDecoder&) = delete;
  virtual ~ImageDecoder() = default;

  /// Upright (the orientation in its EXIF data applied), alpha laid on mid grey. May be called from several threads at
  /// once. Throws an Error that names `name` where the bytes are no image, one of which nothing can be decoded, or too large a one.
  [[nodiscard]] virtual DecodedImage decode(std::span<const std::byte> bytes, const std::string& name) const = 0;
};

}  // namespace zf
