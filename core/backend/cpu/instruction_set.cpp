// Each kernel file is compiled once for every instruction set by Highway's foreach_target, and so is this name.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/backend/cpu/instruction_set.cpp"
#include <hwy/foreach_target.h>
//
#include <hwy/highway.h>

#include "core/backend/cpu/instruction_set.h"

HWY_BEFORE_NAMESPACE();
namespace zf::cpu::HWY_NAMESPACE {
const char* target_name() { return hwy::TargetName(HWY_TARGET); }
}  // namespace zf::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace zf::cpu {
HWY_EXPORT(target_name);
const char* instruction_set() { return HWY_DYNAMIC_DISPATCH(target_name)(); }
}  // namespace zf::cpu
#endif
