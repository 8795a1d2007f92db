#include "core/figures/text_runs.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/figures/glyphs.h"

namespace zf {

namespace {

struct Block {
  char32_t first;
  char32_t last;
};

template <std::size_t kCount>
bool in(const std::array<Block, kCount>& blocks, char32_t code) {
  return std::any_of(blocks.begin(), blocks.end(), [code](const Block& block) { return code >= block.first && code <= block.last; });
}

/// What changes the character before it: combining marks, variation selectors, joiners, tones of skin.
bool is_mark(char32_t code) {
  static constexpr std::array<Block, 6> kBlocks{
      {{0x300, 0x36F}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0x1F3FB, 0x1F3FF}}};
  return code == 0x200D || in(kBlocks, code);
}

/// Characters that stand for themselves, whatever is beside them: Chinese, Japanese and Korean.
bool stands_alone(char32_t code) {
  static constexpr std::array<Block, 5> kBlocks{
      {{0x2E80, 0xA4CF}, {0xAC00, 0xD7A3}, {0xF900, 0xFAFF}, {0xFF00, 0xFFEF}, {0x20000, 0x3FFFF}}};
  return in(kBlocks, code);
}

bool is_right_to_left(char32_t code) {
  static constexpr std::array<Block, 4> kBlocks{{{0x590, 0x8FF}, {0xFB1D, 0xFDFF}, {0xFE70, 0xFEFF}, {0x10800, 0x10FFF}}};
  return in(kBlocks, code);
}

/// No font has these: control characters, such as ends of lines, and the private use area.
bool is_for_no_font(char32_t code) { return code < 0x20 || code == 0x7F || (code >= 0xE000 && code <= 0xF8FF); }

enum class Kind : std::uint8_t { kInter, kAlone, kWord, kRightToLeft };

Kind kind_of(char32_t code) {
  if (is_mark(code)) return Kind::kWord;
  if (has_glyph(code) || is_for_no_font(code)) return Kind::kInter;
  if (stands_alone(code)) return Kind::kAlone;
  return is_right_to_left(code) ? Kind::kRightToLeft : Kind::kWord;
}

/// A character with its marks.
struct Cluster {
  std::string_view text;
  Kind kind = Kind::kInter;
};

std::vector<Cluster> clusters_of(std::string_view text) {
  std::vector<Cluster> clusters;
  bool joined = false;
  while (!text.empty()) {
    std::string_view rest = text;
    const char32_t code = next_code_point(rest);
    const std::string_view character = text.substr(0, text.size() - rest.size());
    if (!clusters.empty() && (is_mark(code) || joined)) {
      Cluster& last = clusters.back();
      last.text = {last.text.data(), last.text.size() + character.size()};
      if (last.kind == Kind::kInter) last.kind = Kind::kWord;
    } else {
      clusters.push_back({character, kind_of(code)});
    }
    joined = code == 0x200D;
    text = rest;
  }
  return clusters;
}

}  // namespace

char32_t next_code_point(std::string_view& text) {
  constexpr char32_t kReplacement = 0xFFFD;
  const auto lead = static_cast<unsigned char>(text.front());
  text.remove_prefix(1);
  if (lead < 0x80) return lead;
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  if (lead < 0xC0 || lead >= 0xF8) return kReplacement;
  char32_t code = lead & (0x3FU >> more);
  for (int i = 0; i < more; ++i) {
    if (text.empty() || (static_cast<unsigned char>(text.front()) & 0xC0U) != 0x80) return kReplacement;
    code = code << 6U | (static_cast<unsigned char>(text.front()) & 0x3FU);
    text.remove_prefix(1);
  }
  return code;
}

std::vector<TextRun> text_runs(std::string_view text) {
  std::vector<TextRun> runs;
  const std::vector<Cluster> clusters = clusters_of(text);
  for (std::size_t i = 0; i < clusters.size();) {
    const Kind kind = clusters[i].kind;
    std::size_t end = i + 1;
    if (kind != Kind::kAlone) {
      while (end < clusters.size() && clusters[end].kind == kind) ++end;
    }
    // Words from right to left change places with their neighbours, so that they and the spaces between them stay together.
    while (kind == Kind::kRightToLeft) {
      std::size_t next = end;
      while (next < clusters.size() && clusters[next].text == " ") ++next;
      if (next == end || next == clusters.size() || clusters[next].kind != kind) break;
      end = next;
      while (end < clusters.size() && clusters[end].kind == kind) ++end;
    }
    const char* const first = clusters[i].text.data();
    const std::string_view last = clusters[end - 1].text;
    runs.push_back({{first, static_cast<std::size_t>(last.data() + last.size() - first)}, kind != Kind::kInter});
    i = end;
  }
  return runs;
}

}  // namespace zf
