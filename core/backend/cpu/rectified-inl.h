// The end of a vector of sums, once a target of foreach_target.
#if defined(ZF_CPU_RECTIFIED_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef ZF_CPU_RECTIFIED_INL_H
#undef ZF_CPU_RECTIFIED_INL_H
#else
#define ZF_CPU_RECTIFIED_INL_H
#endif

#include "core/backend/specs.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace zf::cpu::HWY_NAMESPACE {

/// A NaN passes: of Max's and Min's operands x86 returns the second where one is NaN.
template <class D, class V = hwy::HWY_NAMESPACE::Vec<D>>
HWY_INLINE V rectified(D d, V sum, const Rectifier& relu) {
  namespace hn = hwy::HWY_NAMESPACE;
  return relu.on ? hn::Min(hn::Set(d, relu.ceiling), hn::Max(hn::Zero(d), sum)) : sum;
}

}  // namespace zf::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
