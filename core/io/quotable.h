#pragma once

#include <string>
#include <string_view>

namespace zf {

/// Text of a stranger's file, cut short and without control characters, to stand in an error message.
[[nodiscard]] std::string quotable(std::string_view text);

}  // namespace zf
