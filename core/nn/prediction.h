#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace zf {

struct ClassScore {
  int index = 0;
  float p = 0;
};

/// The softmax of one image's logits. Throws where one is not finite.
[[nodiscard]] std::vector<float> probabilities(std::span<const float> logits);

/// The `count` most probable classes, best first; of equals the lower index. Fewer where there are fewer classes.
[[nodiscard]] std::vector<ClassScore> top_classes(std::span<const float> probabilities, int count);

/// The name of class `index`, with its number where several have it ("crane (134)"), or "class 7" where `classes` names none.
[[nodiscard]] std::string class_name(std::span<const std::string> classes, int index);

/// Whether two names mean the same class: case does not count, and '_', '-' and space are alike, so that a folder french_horn holds
/// photos of the class "French horn".
[[nodiscard]] bool same_class(std::string_view a, std::string_view b);

/// The index of the class of this very name, else of the first that means the same; -1 where there is none.
[[nodiscard]] int find_class(std::span<const std::string> classes, std::string_view name);

}  // namespace zf
