#pragma once

#include <cstdint>
#include <vector>

namespace zf {

/// How much of each pixel a glyph covers: pixel (column, row) of `coverage` lies at (x + column, y + row) from the pen, y down.
struct GlyphBitmap {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> coverage;  ///< height x width, 255 is full
};

}  // namespace zf
