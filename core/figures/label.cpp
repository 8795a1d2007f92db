#include "core/figures/label.h"

#include <cmath>
#include <cstddef>

#include "core/figures/glyphs.h"

namespace zf {

int text_width(std::string_view text, const TextStyle& style) { return lay_out(text, style.weight, style.size).width; }

int line_height(const TextStyle& style) { return lay_out({}, style.weight, style.size).height; }

Rect draw_text(Picture& picture, std::string_view text, int x, int y, const TextStyle& style, Align align) {
  const TextLine line = lay_out(text, style.weight, style.size);
  if (align == Align::kCentre) x -= line.width / 2;
  if (align == Align::kRight) x -= line.width;
  for (const PlacedGlyph& placed : line.glyphs) {
    const int whole = static_cast<int>(std::floor(placed.pen));
    const GlyphBitmap bitmap = placed.fallback ? line.fallback[static_cast<std::size_t>(placed.glyph)]
                                               : rasterise(placed.glyph, style.weight, style.size, placed.pen - static_cast<float>(whole));
    const std::uint8_t* coverage = bitmap.coverage.data();
    for (int row = 0; row < bitmap.height; ++row) {
      for (int column = 0; column < bitmap.width; ++column, ++coverage) {
        if (*coverage == 0) continue;
        blend(picture, x + whole + bitmap.x + column, y + line.ascent + bitmap.y + row, style.colour,
              static_cast<float>(*coverage) / 255.0F);
      }
    }
  }
  return {x, y, line.width, line.height};
}

std::string shorten(std::string_view text, int width, const TextStyle& style) {
  constexpr std::string_view kEllipsis = "…";
  std::string shown(text);
  while (!text.empty() && text_width(shown, style) > width) {
    do {  // a whole code point at a time
      const bool continues = (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80;
      text.remove_suffix(1);
      if (!continues) break;
    } while (!text.empty());
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    shown = std::string(text) + std::string(kEllipsis);
  }
  return shown;
}

}  // namespace zf
