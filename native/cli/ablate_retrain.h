#pragma once

#include <CLI/CLI.hpp>

namespace zf::cli {

/// Adds `ablate retrain`: Table 3.
void add_ablate_retrain(CLI::App& ablate);

}  // namespace zf::cli
