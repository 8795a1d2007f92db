#pragma once

namespace zf::cpu {

/// The instruction set that the kernels chose: "AVX2".
[[nodiscard]] const char* instruction_set();

}  // namespace zf::cpu
