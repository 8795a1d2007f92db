#pragma once

#include <string>
#include <string_view>

namespace zf {

/// Text of a stranger's file, cut short and without control characters, to stand in an error message.
[[nodiscard]] std::string quotable(std::string_view text);

/// A file's name as it can be shown: control characters and bytes that are not UTF-8 become \x and two hexadecimal digits.
[[nodiscard]] std::string printable(std::string_view name);

}  // namespace zf
