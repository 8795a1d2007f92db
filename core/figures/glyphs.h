#pragma once

#include <string_view>
#include <vector>

#include "core/figures/fallback_text.h"
#include "core/figures/font.h"
#include "core/figures/glyph_bitmap.h"

namespace zf {

/// Whether Inter has the character.
[[nodiscard]] bool has_glyph(char32_t code);

/// One glyph of a laid out line; `pen` in pixels from the line's left edge.
struct PlacedGlyph {
  int glyph = 0;  ///< of Inter, or of TextLine::fallback
  float pen = 0;
  bool fallback = false;
};

struct TextLine {
  std::vector<PlacedGlyph> glyphs;
  std::vector<GlyphBitmap> fallback;  ///< what Inter lacks, already drawn
  int width = 0;                      ///< pixels that ink and advances take, rounded up
  int ascent = 0;                     ///< from the line's top to its baseline
  int height = 0;                     ///< ascent and descent
};

/// Lays UTF-8 text out in one line at `size` pixels an em, kerned, so that all ink lies inside width and height. What Inter lacks is drawn
/// by `fallback_text()`, smaller where it would leave the line.
[[nodiscard]] TextLine lay_out(std::string_view text, Weight weight, int size);

/// A stretch that Inter lacks, drawn so that it lies between `ascent` pixels above the baseline and `descent` below it.
[[nodiscard]] DrawnText draw_fallback(const FallbackText& fallback, std::string_view text, Weight weight, int size, int ascent,
                                      int descent);

/// A glyph's pixels with the pen `shift` (0 to 1) of a pixel to the right of a pixel's edge.
[[nodiscard]] GlyphBitmap rasterise(int glyph, Weight weight, int size, float shift);

}  // namespace zf
