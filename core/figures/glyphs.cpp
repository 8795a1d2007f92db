#include "core/figures/glyphs.h"

#include <algorithm>
#include <cmath>

#include "core/tensor/error.h"

#define STB_TRUETYPE_IMPLEMENTATION
#define STBTT_STATIC
#include <stb/stb_truetype.h>

namespace zf {

namespace {

stbtt_fontinfo load(Weight weight) {
  stbtt_fontinfo info;
  const auto* bytes = reinterpret_cast<const unsigned char*>(font_file(weight).data());
  if (stbtt_InitFont(&info, bytes, 0) == 0) fail("expected an OpenType font built into the program, found other bytes");
  return info;
}

const stbtt_fontinfo& face(Weight weight) {
  static const stbtt_fontinfo regular = load(Weight::kRegular);
  static const stbtt_fontinfo semi_bold = load(Weight::kSemiBold);
  return weight == Weight::kRegular ? regular : semi_bold;
}

/// The next code point of UTF-8 text, taken off its front; U+FFFD for bytes that are none.
int next_code_point(std::string_view& text) {
  constexpr int kReplacement = 0xFFFD;
  const auto lead = static_cast<unsigned char>(text.front());
  text.remove_prefix(1);
  if (lead < 0x80) return lead;
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  if (lead < 0xC0 || lead >= 0xF8) return kReplacement;
  int code = lead & (0x3F >> more);
  for (int i = 0; i < more; ++i) {
    if (text.empty() || (static_cast<unsigned char>(text.front()) & 0xC0) != 0x80) return kReplacement;
    code = code << 6 | (static_cast<unsigned char>(text.front()) & 0x3F);
    text.remove_prefix(1);
  }
  return code;
}

struct Box {
  int left = 0;
  int top = 0;
  int right = 0;
  int bottom = 0;
};

Box ink(const stbtt_fontinfo& font, int glyph, float scale, float shift) {
  Box box;
  stbtt_GetGlyphBitmapBoxSubpixel(&font, glyph, scale, scale, shift, 0, &box.left, &box.top, &box.right, &box.bottom);
  return box;
}

float scale_of(const stbtt_fontinfo& font, int size) { return stbtt_ScaleForMappingEmToPixels(&font, static_cast<float>(size)); }

}  // namespace

TextLine lay_out(std::string_view text, Weight weight, int size) {
  const stbtt_fontinfo& font = face(weight);
  const float scale = scale_of(font, size);
  int ascent = 0;
  int descent = 0;
  int gap = 0;
  stbtt_GetFontVMetrics(&font, &ascent, &descent, &gap);
  TextLine line;
  line.ascent = static_cast<int>(std::ceil(scale * static_cast<float>(ascent)));
  line.height = line.ascent + static_cast<int>(std::ceil(scale * static_cast<float>(-descent)));
  float pen = 0;
  int previous = 0;
  while (!text.empty()) {
    const int glyph = stbtt_FindGlyphIndex(&font, next_code_point(text));
    if (previous != 0) pen += scale * static_cast<float>(stbtt_GetGlyphKernAdvance(&font, previous, glyph));
    int advance = 0;
    int bearing = 0;
    stbtt_GetGlyphHMetrics(&font, glyph, &advance, &bearing);
    if (line.glyphs.empty()) pen = std::max(0.0F, -scale * static_cast<float>(bearing));
    line.glyphs.push_back({glyph, pen});
    const Box box = ink(font, glyph, scale, pen - std::floor(pen));
    line.width = std::max(line.width, static_cast<int>(std::floor(pen)) + box.right);
    pen += scale * static_cast<float>(advance);
    previous = glyph;
  }
  line.width = std::max(line.width, static_cast<int>(std::ceil(pen)));
  return line;
}

GlyphBitmap rasterise(int glyph, Weight weight, int size, float shift) {
  const stbtt_fontinfo& font = face(weight);
  const float scale = scale_of(font, size);
  const Box box = ink(font, glyph, scale, shift);
  GlyphBitmap bitmap{box.left, box.top, box.right - box.left, box.bottom - box.top, {}};
  bitmap.coverage.resize(static_cast<std::size_t>(bitmap.width) * static_cast<std::size_t>(bitmap.height));
  if (!bitmap.coverage.empty()) {
    stbtt_MakeGlyphBitmapSubpixel(&font, bitmap.coverage.data(), bitmap.width, bitmap.height, bitmap.width, scale, scale, shift, 0, glyph);
  }
  return bitmap;
}

}  // namespace zf
