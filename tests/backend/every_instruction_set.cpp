#include <gtest/gtest.h>
#include <hwy/targets.h>

#include "core/backend/cpu/instruction_set.h"
#include "tests/backend/instruction_sets.h"

namespace zf::testing {

void on_instruction_sets(const std::function<void()>& run) {
  const std::int64_t all = hwy::SupportedTargets();
  for (std::int64_t left = all; left != 0; left &= left - 1) {
    hwy::SetSupportedTargetsForTest(left & -left);
    hwy::GetChosenTarget().DeInit();
    SCOPED_TRACE(cpu::instruction_set());
    run();
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().DeInit();
}

}  // namespace zf::testing
