#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "core/backend/specs.h"

namespace zf {

/// Every rule, the paper's first.
inline constexpr std::array<Rule, 3> kRules = {Rule::kDeconvnet, Rule::kGradient, Rule::kGuided};

/// What files and commands call it: "deconvnet", "gradient" or "guided".
[[nodiscard]] std::string name_of(Rule rule);
/// The rule of that name, where there is one.
[[nodiscard]] std::optional<Rule> rule_named(std::string_view name);

}  // namespace zf
