#pragma once

#include <string>
#include <string_view>

#include "core/figures/font.h"
#include "core/figures/picture.h"

namespace zf {

inline constexpr Colour kInk{34, 36, 42};
inline constexpr Colour kSoftInk{108, 112, 122};

/// How text looks, in Inter. `size` is pixels an em; 11 to 28 read well.
struct TextStyle {
  int size = 14;
  Colour colour = kInk;
  Weight weight = Weight::kRegular;
};

/// Which point of the text's box draw_text's x names.
enum class Align : std::uint8_t { kLeft, kCentre, kRight };

/// Pixels that one line of UTF-8 text takes.
[[nodiscard]] int text_width(std::string_view text, const TextStyle& style);
[[nodiscard]] int line_height(const TextStyle& style);

/// Draws one line, antialiased and kerned, with its top at y. Gives the box, outside which no pixel changes.
Rect draw_text(Picture& picture, std::string_view text, int x, int y, const TextStyle& style, Align align = Align::kLeft);

/// The text, or as much of it as `width` pixels hold with an ellipsis behind it.
[[nodiscard]] std::string shorten(std::string_view text, int width, const TextStyle& style);

}  // namespace zf
