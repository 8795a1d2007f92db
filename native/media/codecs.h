#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "core/io/image.h"

namespace zf {

/// A photo's file, whose beginning says what it is, and what is asked of its pixels.
struct EncodedPhoto {
  std::span<const std::byte> bytes;
  const std::string& name;  ///< for errors
  const PhotoLimits& limits;
};

// A function a library. The pixels lie as they are stored: EXIF's orientation is not applied. None prints.

[[nodiscard]] DecodedImage decode_jpeg(const EncodedPhoto& photo);  ///< libjpeg-turbo
[[nodiscard]] DecodedImage decode_png(const EncodedPhoto& photo);   ///< libpng
[[nodiscard]] DecodedImage decode_webp(const EncodedPhoto& photo);  ///< libwebp; of an animation the first frame
[[nodiscard]] DecodedImage decode_gif(const EncodedPhoto& photo);   ///< giflib; of an animation the first frame
/// HEIC and AVIF by libheif, upright: it turns them by itself. Throws where the build has none.
[[nodiscard]] DecodedImage decode_heif(const EncodedPhoto& photo);
/// TIFF, BMP, Netpbm and JPEG 2000 by OpenCV.
[[nodiscard]] DecodedImage decode_by_opencv(const EncodedPhoto& photo);

}  // namespace zf
