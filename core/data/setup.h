#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace zf {

// A setup is what a result follows from, one key a setting. It stands beside work that is not finished, so that it goes on with the same
// settings or not at all.

/// The settings that differ, each with both values: "seed: 1 there, 2 now; ..."; empty where none does.
[[nodiscard]] std::string setup_differences(const nlohmann::json& there, const nlohmann::json& now);

/// Throws where a setting differs, naming each with both values.
void check_same_setup(const std::string& path, const nlohmann::json& there, const nlohmann::json& now);

}  // namespace zf
