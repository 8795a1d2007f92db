#include "core/io/quotable.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace zf {

namespace {

bool is_control(unsigned char c) { return c < 0x20 || c == 0x7F; }

/// Bytes of the character that text begins with, by RFC 3629; 0 where it begins with none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : (first >= 0xE0 ? 3 : 2);
  if (first < 0xC2 || first > 0xF4) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return 0;
  }
  // Overlong forms, surrogates and numbers beyond Unicode.
  const unsigned second = byte(1);
  if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second >= 0xA0)) return 0;
  if ((first == 0xF0 && second < 0x90) || (first == 0xF4 && second >= 0x90)) return 0;
  return length;
}

}  // namespace

std::string quotable(std::string_view text) {
  constexpr std::size_t kLongest = 80;
  std::string result(text.substr(0, kLongest));
  for (char& c : result) {
    if (is_control(static_cast<unsigned char>(c))) c = '?';
  }
  return text.size() > kLongest ? result + "..." : result;
}

std::string printable(std::string_view name) {
  std::string result;
  while (!name.empty()) {
    const std::size_t length = utf8_length(name);
    const auto first = static_cast<unsigned char>(name.front());
    if (length == 0 || is_control(first)) {
      result += fmt::format("\\x{:02x}", first);
    } else {
      result += name.substr(0, length);
    }
    name.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return result;
}

}  // namespace zf
