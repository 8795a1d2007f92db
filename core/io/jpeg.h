#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "core/io/image.h"

namespace zf {

/// The bytes of a baseline JPEG file. `quality` is 1 to 100; above 90 colours keep their full resolution. What lies before the
/// compressed data (tables and sizes) is the same for all images of one size and quality.
/// Throws where the image is empty or too large for JPEG (65,535 a side).
[[nodiscard]] std::vector<std::byte> encode_jpeg(const Image& image, int quality);

/// What does as encode_jpeg does. It is called from several threads at once.
using JpegEncoder = std::function<std::vector<std::byte>(const Image& image, int quality)>;

// For encoders:

/// Throws where encode_jpeg does.
void check_jpeg(const Image& image, int quality);

[[nodiscard]] constexpr bool has_full_colours(int quality) { return quality > 90; }

/// Where the compressed data of a JPEG file begin. Throws where the bytes are no JPEG.
[[nodiscard]] std::size_t jpeg_scan_begin(const std::vector<std::byte>& jpeg);

}  // namespace zf
