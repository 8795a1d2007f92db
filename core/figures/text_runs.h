#pragma once

#include <string_view>
#include <vector>

namespace zf {

/// The next code point of UTF-8 text, taken off its front; U+FFFD for bytes that are none.
[[nodiscard]] char32_t next_code_point(std::string_view& text);

/// A stretch of a line that one font draws as a whole.
struct TextRun {
  std::string_view text;
  bool fallback = false;  ///< Inter has not all of it
};

/// Cuts UTF-8 text into what Inter draws and what it cannot. The latter are as short as they may be, so that they can be kept and lines cut
/// between them: one ideograph or syllable, one word of other scripts with its marks, and of scripts from right to left all words in a row.
[[nodiscard]] std::vector<TextRun> text_runs(std::string_view text);

}  // namespace zf
