// What the files of Winograd's transforms share, once a target of foreach_target.
#if defined(ZF_WINOGRAD_VECTORS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef ZF_WINOGRAD_VECTORS_INL_H
#undef ZF_WINOGRAD_VECTORS_INL_H
#else
#define ZF_WINOGRAD_VECTORS_INL_H
#endif

#include <cstddef>

#include "core/backend/cpu/winograd_plan.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace zf::cpu::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
// Rows of tiles are short: wider vectors would run half empty.
using D = hn::CappedTag<float, 8>;
using V = hn::Vec<D>;

constexpr float kSqrt2 = 1.41421356237309505F;
constexpr float kSqrtHalf = 0.70710678118654752F;
constexpr int kPoints = kWinogradPoints;

HWY_INLINE int lanes() { return static_cast<int>(hn::Lanes(D())); }

struct Six {
  V v0, v1, v2, v3, v4, v5;
};

HWY_INLINE void store_apart(const Six& v, float* to, std::ptrdiff_t pitch) {
  const D d;
  hn::StoreU(v.v0, d, to);
  hn::StoreU(v.v1, d, to + pitch);
  hn::StoreU(v.v2, d, to + 2 * pitch);
  hn::StoreU(v.v3, d, to + 3 * pitch);
  hn::StoreU(v.v4, d, to + 4 * pitch);
  hn::StoreU(v.v5, d, to + 5 * pitch);
}

HWY_INLINE Six load_apart(const float* from, std::ptrdiff_t pitch) {
  const D d;
  return {hn::LoadU(d, from),
          hn::LoadU(d, from + pitch),
          hn::LoadU(d, from + 2 * pitch),
          hn::LoadU(d, from + 3 * pitch),
          hn::LoadU(d, from + 4 * pitch),
          hn::LoadU(d, from + 5 * pitch)};
}

}  // namespace
}  // namespace zf::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
