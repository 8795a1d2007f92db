#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace zf {

/// The 1,000 classes of ImageNet's challenge of 2012, in the order that networks have them.
[[nodiscard]] std::span<const std::string_view> imagenet_classes();

/// Names of a number of classes of which nothing is known: ImageNet's of 1,000, or of 1,001 behind a background; else "class 0", ...
[[nodiscard]] std::vector<std::string> default_classes(std::size_t count);

/// A name a line. Throws where a line is empty or there are none.
[[nodiscard]] std::vector<std::string> parse_classes(std::string_view text, const std::string& where);

}  // namespace zf
