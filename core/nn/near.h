#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace zf {

/// A letter of a name as names are compared: case counts for nothing, and '_', '-' and space are alike. Names are UTF-8; case is ASCII's.
[[nodiscard]] char folded(char c);

/// The names that `text` may have been meant to be: those with the fewest letters changed, added or left out, case and - or _ for space
/// aside, where these are few; at most three.
[[nodiscard]] std::vector<std::string> near_names(std::span<const std::string> names, std::string_view text);

/// The same for the end of a message: "; near it: conv1, conv2", empty where there are none.
[[nodiscard]] std::string near_words(std::span<const std::string> names, std::string_view text);

}  // namespace zf
