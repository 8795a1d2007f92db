#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/nn/known.h"
#include "core/nn/prediction.h"

namespace zf {

/// What a model takes a photo for.
struct Classification {
  std::vector<float> logits;
  std::vector<float> probabilities;
  std::vector<ClassScore> top;         ///< the most probable classes, best first
  std::optional<Knowledge> knowledge;  ///< empty where the model has no rule
};

/// Throws where a logit is not finite.
[[nodiscard]] Classification classify(std::span<const float> logits, const std::optional<KnownRule>& known, int top);

/// {"top": [{"class", "index", "p"}], "logits", and the fields of knowledge_json}
[[nodiscard]] nlohmann::ordered_json classification_json(const Classification& found, std::span<const std::string> classes);

}  // namespace zf
