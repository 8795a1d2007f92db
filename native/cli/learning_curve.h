#pragma once

#include <string>
#include <vector>

#include "core/train/checkpoint.h"

namespace zf::cli {

/// Draws the errors of a run over its epochs as a PNG file. Nothing where the log is empty.
void write_learning_curve(const std::string& path, const std::vector<EpochLog>& log);

}  // namespace zf::cli
