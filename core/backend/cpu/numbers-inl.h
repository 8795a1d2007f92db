// Loads of numbers as vectors of floats. Included once an instruction set, as Highway's own headers are.
#if defined(ZF_CPU_NUMBERS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef ZF_CPU_NUMBERS_INL_H
#undef ZF_CPU_NUMBERS_INL_H
#else
#define ZF_CPU_NUMBERS_INL_H
#endif

#include <cstdint>
#include <cstring>

#include "core/backend/cpu/numbers.h"
#include "core/tensor/half.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace zf::cpu::HWY_NAMESPACE {

/// The 16 bits of a number.
template <typename Lane>
HWY_INLINE std::uint16_t bits_at(const Lane* from) {
  std::uint16_t bits = 0;
  std::memcpy(&bits, from, sizeof bits);
  return bits;
}

/// How numbers of a kind lie in memory, and how one and a vector of them are read.
template <StoredAs kKind>
struct Stored {
  using Lane = hwy::float16_t;
  static float one(const Lane* from) { return half_to_float(bits_at(from)); }
};
template <>
struct Stored<StoredAs::kBfloat16> {
  using Lane = hwy::bfloat16_t;
  static float one(const Lane* from) { return bfloat_to_float(bits_at(from)); }
};
template <>
struct Stored<StoredAs::kFloat32> {
  using Lane = float;
  static float one(const Lane* from) { return *from; }
};

template <class D>
HWY_INLINE hwy::HWY_NAMESPACE::Vec<D> load(D d, const float* from) {
  return hwy::HWY_NAMESPACE::LoadU(d, from);
}
template <class D, typename Lane>
HWY_INLINE hwy::HWY_NAMESPACE::Vec<D> load(D d, const Lane* from) {
  const hwy::HWY_NAMESPACE::Rebind<Lane, D> narrow;
  return hwy::HWY_NAMESPACE::PromoteTo(d, hwy::HWY_NAMESPACE::LoadU(narrow, from));
}

/// Calls run.operator()<kind>() for the kind that the numbers have.
template <typename Run>
HWY_INLINE void by_kind(StoredAs kind, const Run& run) {
  switch (kind) {
    case StoredAs::kFloat32:
      return run.template operator()<StoredAs::kFloat32>();
    case StoredAs::kFloat16:
      return run.template operator()<StoredAs::kFloat16>();
    case StoredAs::kBfloat16:
      return run.template operator()<StoredAs::kBfloat16>();
  }
}

}  // namespace zf::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
