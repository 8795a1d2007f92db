#include "core/viewer/spelling.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

#include "core/figures/glyphs.h"
#include "core/figures/text_runs.h"

namespace zf::viewer {

namespace {

// Latin, the punctuation and arrows that texts use, minus and approximately.
constexpr std::array<ImWchar, 13> kEveryText = {0x20,   0xFF,   0x2010, 0x2026, 0x2190, 0x2193, 0x2212,
                                                0x2212, 0x2248, 0x2248, 0x2264, 0x2265, 0};

// Of the private use area, below the icons.
constexpr ImWchar kFirstPicture = 0xE000;
constexpr std::size_t kMostPictures = 512;

/// Pixels an em of a font whose line takes `line` pixels, which is how ImGui sizes fonts.
int em_of(float line) {
  constexpr int kSample = 1000;
  return static_cast<int>(std::round(line * kSample / static_cast<float>(lay_out({}, Weight::kRegular, kSample).height)));
}

void append_utf8(ImWchar code, std::string& result) {
  result += static_cast<char>(0xE0U | (code >> 12U));
  result += static_cast<char>(0x80U | ((code >> 6U) & 0x3FU));
  result += static_cast<char>(0x80U | (code & 0x3FU));
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

std::string Spelling::spell(const ImFont* font, std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  std::string result;
  for (const TextRun& run : text_runs(text)) {
    if (run.fallback && fallback_text() != nullptr) {
      const ImWchar picture = picture_of(run.text);
      if (font->FindGlyphNoFallback(picture) == nullptr) {
        result += ' ';
      } else {
        append_utf8(picture, result);
      }
    } else {
      append(font, run.text, result);
    }
  }
  return result;
}

void Spelling::append(const ImFont* font, std::string_view text, std::string& result) {
  while (!text.empty()) {
    std::string_view rest = text;
    const char32_t code = next_code_point(rest);
    const std::string_view character = text.substr(0, text.size() - rest.size());
    text = rest;
    const bool picture = code >= kFirstPicture && code < kFirstPicture + kMostPictures;
    const bool drawn = code <= IM_UNICODE_CODEPOINT_MAX && font->FindGlyphNoFallback(static_cast<ImWchar>(code)) != nullptr;
    if (picture || drawn || !has_glyph(code)) {
      result += character;
      continue;
    }
    letters_.AddChar(static_cast<ImWchar>(code));
    wants_build_ = true;
    result += ' ';
  }
}

ImWchar Spelling::picture_of(std::string_view text) {
  if (const auto known = pictures_.find(text); known != pictures_.end()) return known->second;
  if (pictures_.size() == kMostPictures) pictures_.clear();  // those that are still drawn come back
  const auto code = static_cast<ImWchar>(kFirstPicture + pictures_.size());
  wants_build_ = true;
  pictures_.emplace(text, code);
  return code;
}

const ImVector<ImWchar>& Spelling::ranges() {
  letters_.AddRanges(kEveryText.data());
  ranges_.clear();
  letters_.BuildRanges(&ranges_);
  return ranges_;
}

void Spelling::reserve(ImFontAtlas& atlas, const std::vector<Face>& faces) {
  reserved_.clear();
  wants_build_ = false;
  const FallbackText* const fallback = fallback_text();
  if (fallback == nullptr) return;
  for (const Face& face : faces) {
    const int em = em_of(face.line);
    const TextLine metrics = lay_out({}, face.weight, em);
    for (const auto& [text, code] : pictures_) {
      DrawnText drawn = draw_fallback(*fallback, text, face.weight, em, metrics.ascent, metrics.height - metrics.ascent);
      GlyphBitmap& bitmap = drawn.bitmap;
      if (bitmap.coverage.empty()) bitmap = {0, 0, 1, 1, {0}};
      const ImVec2 offset(static_cast<float>(bitmap.x), static_cast<float>(metrics.ascent + bitmap.y));
      reserved_.push_back(
          {atlas.AddCustomRectFontGlyph(face.font, code, bitmap.width, bitmap.height, drawn.advance, offset), std::move(bitmap.coverage)});
    }
  }
}

void Spelling::draw(ImFontAtlas& atlas) {
  for (const Reserved& reserved : reserved_) {
    const ImFontAtlasCustomRect& rectangle = *atlas.GetCustomRectByIndex(reserved.rectangle);
    for (int y = 0; y < rectangle.Height; ++y) {
      const auto row = reserved.coverage.begin() + static_cast<std::ptrdiff_t>(y) * rectangle.Width;
      std::copy(row, row + rectangle.Width,
                atlas.TexPixelsAlpha8 + static_cast<std::ptrdiff_t>(rectangle.Y + y) * atlas.TexWidth + rectangle.X);
    }
  }
  reserved_.clear();
}

std::string spelled(const ImFont* font, std::string_view text) {
  return static_cast<Spelling*>(ImGui::GetIO().UserData)->spell(font, text);
}

}  // namespace zf::viewer
