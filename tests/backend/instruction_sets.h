#pragma once

#include <functional>

namespace zf::testing {

/// Runs it with the CPU kernels of each instruction set that this machine has and that a build chooses from at run time.
void on_instruction_sets(const std::function<void()>& run);

}  // namespace zf::testing
