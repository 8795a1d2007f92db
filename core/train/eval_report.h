#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/train/evaluate.h"
#include "core/train/telling.h"

namespace zf {

/// What `eval` found: one model's numbers alone; of several together each model's, too.
struct EvalReport {
  EvaluationResult all;
  std::vector<std::pair<std::string, EvaluationResult>> members;  ///< models by name
  nlohmann::ordered_json skipped;                                 ///< [{"image", "why"}]; null: not told of
  std::optional<Telling> telling;
};

[[nodiscard]] nlohmann::ordered_json to_json(const EvalReport& report);

}  // namespace zf
