#pragma once

#include "core/train/eval_report.h"

namespace zf::cli {

/// On stdout, as JSON or in words.
void print(const EvalReport& report, bool json);

}  // namespace zf::cli
