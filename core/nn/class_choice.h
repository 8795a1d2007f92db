#pragma once

#include <span>
#include <string>
#include <vector>

namespace zf {

/// The class that `text` names, by name or number; the most probable one where it is empty. Throws with the classes that exist, and
/// where it fits several.
[[nodiscard]] int choose_class(const std::string& text, const std::vector<std::string>& classes, std::span<const float> logits);

}  // namespace zf
