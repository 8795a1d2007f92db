#include "core/backend/cpu/numbers.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/backend/cpu/numbers.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "core/backend/cpu/numbers-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace zf::cpu::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

template <StoredAs kKind>
void widen_kind(const std::byte* bytes, std::size_t count, float* HWY_RESTRICT to) {
  using Lane = typename Stored<kKind>::Lane;
  const hn::ScalableTag<float> d;
  const auto* HWY_RESTRICT from = reinterpret_cast<const Lane*>(bytes);
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) hn::StoreU(load(d, from + i), d, to + i);
  for (; i < count; ++i) to[i] = Stored<kKind>::one(from + i);
}

void widen(const Numbers& from, std::size_t count, float* to) {
  by_kind(from.kind, [&]<StoredAs kKind>() { widen_kind<kKind>(from.bytes, count, to); });
}

}  // namespace
}  // namespace zf::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace zf::cpu {

HWY_EXPORT(widen);

void widen(const Numbers& from, std::size_t count, float* to) { HWY_DYNAMIC_DISPATCH(widen)(from, count, to); }

}  // namespace zf::cpu
#endif
