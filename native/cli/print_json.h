#pragma once

#include <nlohmann/json_fwd.hpp>

namespace zf::cli {

/// What --json asks for: one line on stdout.
void print_json(const nlohmann::ordered_json& json);

}  // namespace zf::cli
