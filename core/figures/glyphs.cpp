#include "core/figures/glyphs.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/figures/text_runs.h"
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

/// Builds a line from left to right.
class Pen {
 public:
  Pen(Weight weight, int size) : font_(&face(weight)), weight_(weight), size_(size), scale_(scale_of(*font_, size)) {
    int ascent = 0;
    int descent = 0;
    int gap = 0;
    stbtt_GetFontVMetrics(font_, &ascent, &descent, &gap);
    line_.ascent = static_cast<int>(std::ceil(scale_ * static_cast<float>(ascent)));
    line_.height = line_.ascent + static_cast<int>(std::ceil(scale_ * static_cast<float>(-descent)));
  }

  void write(std::string_view text) {
    int previous = 0;
    while (!text.empty()) {
      const int glyph = stbtt_FindGlyphIndex(font_, static_cast<int>(next_code_point(text)));
      if (previous != 0) x_ += scale_ * static_cast<float>(stbtt_GetGlyphKernAdvance(font_, previous, glyph));
      int advance = 0;
      int bearing = 0;
      stbtt_GetGlyphHMetrics(font_, glyph, &advance, &bearing);
      if (line_.glyphs.empty()) x_ = std::max(0.0F, -scale_ * static_cast<float>(bearing));
      line_.glyphs.push_back({glyph, x_});
      const Box box = ink(*font_, glyph, scale_, x_ - std::floor(x_));
      line_.width = std::max(line_.width, static_cast<int>(std::floor(x_)) + box.right);
      x_ += scale_ * static_cast<float>(advance);
      previous = glyph;
    }
  }

  void write(const FallbackText& fallback, std::string_view text) {
    DrawnText drawn = draw_fallback(fallback, text, weight_, size_, line_.ascent, line_.height - line_.ascent);
    x_ = std::ceil(x_);
    if (line_.glyphs.empty()) x_ = std::max(x_, static_cast<float>(-drawn.bitmap.x));
    line_.glyphs.push_back({static_cast<int>(line_.fallback.size()), x_, true});
    line_.width = std::max(line_.width, static_cast<int>(x_) + drawn.bitmap.x + drawn.bitmap.width);
    x_ += drawn.advance;
    line_.fallback.push_back(std::move(drawn.bitmap));
  }

  TextLine take() {
    line_.width = std::max(line_.width, static_cast<int>(std::ceil(x_)));
    return std::move(line_);
  }

 private:
  const stbtt_fontinfo* font_;
  Weight weight_;
  int size_;
  float scale_;
  float x_ = 0;
  TextLine line_;
};

}  // namespace

bool has_glyph(char32_t code) { return stbtt_FindGlyphIndex(&face(Weight::kRegular), static_cast<int>(code)) != 0; }

TextLine lay_out(std::string_view text, Weight weight, int size) {
  Pen pen(weight, size);
  const FallbackText* const fallback = fallback_text();
  for (const TextRun& run : text_runs(text)) {
    if (run.fallback && fallback != nullptr) {
      pen.write(*fallback, run.text);
    } else {
      pen.write(run.text);
    }
  }
  return pen.take();
}

DrawnText draw_fallback(const FallbackText& fallback, std::string_view text, Weight weight, int size, int ascent, int descent) {
  constexpr int kLeastSize = 6;
  for (;; --size) {
    DrawnText drawn = fallback.draw(text, weight, size);
    const GlyphBitmap& bitmap = drawn.bitmap;
    if (size <= kLeastSize || (bitmap.y >= -ascent && bitmap.y + bitmap.height <= descent)) return drawn;
  }
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
