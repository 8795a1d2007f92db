#pragma once

#include <span>
#include <string>
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

/// The name of class `index`, or "class 7" where `classes` names none.
[[nodiscard]] std::string class_name(std::span<const std::string> classes, int index);

}  // namespace zf
