#include "tests/backend/instruction_sets.h"

namespace zf::testing {

void on_instruction_sets(const std::function<void()>& run) { run(); }

}  // namespace zf::testing
