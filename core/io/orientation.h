#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/io/image.h"

namespace zf {

/// How a photo lies in its file, as EXIF numbers it: 1 upright, 2 mirrored, 3 upside down, 6 to be turned a quarter clockwise, 8
/// counterclockwise, ... Of a JPEG, PNG, WebP or TIFF file; 1 where it says nothing or nothing sensible. HEIC and AVIF are not asked: they
/// turn by properties of their own, and repeat that in EXIF.
[[nodiscard]] int read_orientation(std::span<const std::byte> file);

/// The photo as a viewer shows it. Throws where the orientation is not 1 to 8.
[[nodiscard]] Image upright(Image image, int orientation);

/// The TIFF file, said to be upright, for decoders that turn by themselves. Other files come back as they are.
[[nodiscard]] std::vector<std::byte> without_orientation(std::span<const std::byte> tiff);

}  // namespace zf
