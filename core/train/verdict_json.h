#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/train/evaluate.h"

namespace zf {

/// {"skipped", "photos": [[rank, loss, score], ...]}; reads back as the same numbers.
[[nodiscard]] nlohmann::json to_json(const Verdicts& verdicts);
/// Throws an Error that starts with `where` where it is none.
[[nodiscard]] Verdicts verdicts_from(const nlohmann::json& value, const std::string& where);

}  // namespace zf
