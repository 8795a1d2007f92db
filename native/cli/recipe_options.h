#pragma once

#include <CLI/CLI.hpp>

#include "core/train/training_choice.h"
#include "native/cli/options.h"

namespace zf::cli {

/// How commands that train read their options.
struct TrainingOptions : Options, TrainingChoice {};

/// Adds --data, --max-megapixels, --size, --across, --grey, --width, --fc, --resize and --std.
void add_network_options(CLI::App& command, TrainingOptions& options);
/// Adds --epochs, --batch and the other settings of a recipe, and --memory.
void add_recipe_options(CLI::App& command, TrainingOptions& options);

}  // namespace zf::cli
