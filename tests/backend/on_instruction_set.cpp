// backend_sets_test SET [OPTIONS]: the conformance suite with CPU kernels of one instruction set, by Highway's name for it. Exit status 77
// where the machine has none of that name.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <cstdio>
#include <string_view>

#include "core/backend/cpu/instruction_set.h"
#include "tests/backend/backends.h"

namespace zf::testing {

const std::vector<NamedBackend>& tested_backends() {
  static const std::vector<NamedBackend> list = {{"cpu2", [] { return make_cpu_backend(2); }}};
  return list;
}

}  // namespace zf::testing

int main(int argc, char** argv) {
  constexpr int kNotHere = 77;
  const std::string_view wanted = argc > 1 ? argv[1] : "";
  for (std::int64_t left = hwy::SupportedTargets(); left != 0; left &= left - 1) {
    const std::int64_t target = left & -left;
    if (hwy::TargetName(target) != wanted) continue;
    hwy::SetSupportedTargetsForTest(target);
    ::testing::InitGoogleTest(&argc, argv);
    fmt::print("kernels: {}\n", zf::cpu::instruction_set());
    if (zf::cpu::instruction_set() != wanted) return kNotHere;  // for which Highway compiles nothing
    return RUN_ALL_TESTS();
  }
  fmt::print("expected an instruction set of this machine, found \"{}\"\n", wanted);
  return kNotHere;
}
