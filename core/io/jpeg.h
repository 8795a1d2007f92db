#pragma once

#include <cstddef>
#include <vector>

#include "core/io/image.h"

namespace zf {

/// The bytes of a baseline JPEG file. `quality` is 1 to 100; above 90 colours keep their full resolution.
/// Throws where the image is empty or too large for JPEG (65,535 a side).
[[nodiscard]] std::vector<std::byte> encode_jpeg(const Image& image, int quality);

/// Where the compressed data of a JPEG file begin: what lies before it (tables and sizes) is the same for all files that
/// encode_jpeg makes of images of one size and quality. Throws where the bytes are no JPEG.
[[nodiscard]] std::size_t jpeg_scan_begin(const std::vector<std::byte>& jpeg);

}  // namespace zf
