#pragma once

#include <string_view>

#include "core/figures/font.h"
#include "core/figures/glyph_bitmap.h"

namespace zf {

/// A stretch of text as pixels, and how far it moves the pen.
struct DrawnText {
  GlyphBitmap bitmap;
  float advance = 0;  ///< pixels
};

/// Draws what Inter cannot (other scripts, marks over letters, words from right to left) with the fonts that the machine has.
class FallbackText {
 public:
  FallbackText() = default;
  FallbackText(const FallbackText&) = delete;
  FallbackText& operator=(const FallbackText&) = delete;
  virtual ~FallbackText() = default;

  /// One stretch of UTF-8 text at `size` pixels an em; from any thread.
  [[nodiscard]] virtual DrawnText draw(std::string_view text, Weight weight, int size) const = 0;
};

/// Who draws it, in figures and in the viewer, from now on; nobody at first, and then a box stands for each letter. `fallback` must
/// live as long as anything is drawn.
void set_fallback_text(const FallbackText* fallback);
[[nodiscard]] const FallbackText* fallback_text();

}  // namespace zf
