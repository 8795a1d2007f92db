#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/figures/font.h"

namespace zf {

/// How much of each pixel a glyph covers: pixel (column, row) of `coverage` lies at (x + column, y + row) from the pen, y down.
struct GlyphBitmap {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> coverage;  ///< height x width, 255 is full
};

/// One glyph of a laid out line; `pen` in pixels from the line's left edge.
struct PlacedGlyph {
  int glyph = 0;
  float pen = 0;
};

struct TextLine {
  std::vector<PlacedGlyph> glyphs;
  int width = 0;   ///< pixels that ink and advances take, rounded up
  int ascent = 0;  ///< from the line's top to its baseline
  int height = 0;  ///< ascent and descent
};

/// Lays UTF-8 text out in one line at `size` pixels an em, kerned, so that all ink lies inside width and height.
[[nodiscard]] TextLine lay_out(std::string_view text, Weight weight, int size);

/// A glyph's pixels with the pen `shift` (0 to 1) of a pixel to the right of a pixel's edge.
[[nodiscard]] GlyphBitmap rasterise(int glyph, Weight weight, int size, float shift);

}  // namespace zf
