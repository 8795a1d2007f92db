#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "core/analysis/statistics.h"

namespace zf {

/// {"value", "low", "high"}; null where there is none.
[[nodiscard]] nlohmann::ordered_json estimate_json(const std::optional<Estimate>& estimate);

}  // namespace zf
