#include "core/backend/cpu/lrn_columns.h"

#include <algorithm>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/backend/cpu/lrn_columns.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace zf::cpu::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Wide = hn::ScalableTag<float>;
using One = hn::CappedTag<float, 1>;  // what is left over

/// scale^-beta. The usual beta of 3/4 needs two square roots.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V power(D d, V scale, float beta) {
  if (beta == 0.75F) return hn::Div(hn::Set(d, 1.0F), hn::Sqrt(hn::Mul(scale, hn::Sqrt(scale))));
  HWY_ALIGN float lanes[hn::MaxLanes(Wide())];
  hn::Store(scale, d, lanes);
  for (std::size_t i = 0; i < hn::Lanes(d); ++i) lanes[i] = std::pow(lanes[i], -beta);
  return hn::Load(d, lanes);
}

/// k + alpha/size * the sum of squares of the maps around c. Summed anew for each map: a running sum would keep the rounding
/// of large values that have left it.
template <class D>
HWY_INLINE hn::Vec<D> scale_at(D d, const Columns& x, std::size_t i, int c, int maps, const LrnSpec& spec) {
  const int begin = std::max(c - spec.size / 2, 0);
  const int end = std::min(c + spec.size / 2 + 1, maps);
  const float* value = x.data + static_cast<std::size_t>(begin) * x.step + i;
  auto sum = hn::Zero(d);
  for (int j = begin; j < end; ++j, value += x.step) {
    const auto v = hn::LoadU(d, value);
    sum = hn::MulAdd(v, v, sum);
  }
  return hn::MulAdd(sum, hn::Set(d, spec.alpha / static_cast<float>(spec.size)), hn::Set(d, spec.k));
}

template <class D>
HWY_INLINE void lrn_vector(D d, const Columns& x, int maps, std::size_t i, const LrnSpec& spec, float* y) {
  for (int c = 0; c < maps; ++c) {
    const std::size_t at = static_cast<std::size_t>(c) * x.step + i;
    hn::StoreU(hn::Mul(hn::LoadU(d, x.data + at), power(d, scale_at(d, x, i, c, maps, spec), spec.beta)), d, y + at);
  }
}

/// `scratch` takes g x scale^(-beta-1) of every map, with zeros on either side.
template <class D>
HWY_INLINE void lrn_backward_vector(D d, const Columns& x, const Columns& g, int maps, std::size_t i, const LrnSpec& spec, float* scratch,
                                    float* gx) {
  const std::size_t lanes = hn::Lanes(Wide());
  const int half = spec.size / 2;
  for (int c = 0; c < half; ++c) {
    hn::StoreU(hn::Zero(d), d, scratch + static_cast<std::size_t>(c) * lanes);
    hn::StoreU(hn::Zero(d), d, scratch + static_cast<std::size_t>(half + maps + c) * lanes);
  }
  float* through = scratch + static_cast<std::size_t>(half) * lanes;
  for (int c = 0; c < maps; ++c) {
    const auto map = static_cast<std::size_t>(c);
    const auto scale = scale_at(d, x, i, c, maps, spec);
    const auto own = hn::Mul(hn::LoadU(d, g.data + map * g.step + i), power(d, scale, spec.beta));
    hn::StoreU(own, d, gx + map * g.step + i);
    hn::StoreU(hn::Div(hn::Mul(own, hn::LoadU(d, x.data + map * x.step + i)), scale), d, through + map * lanes);
  }
  const auto factor = hn::Set(d, -2 * spec.alpha * spec.beta / static_cast<float>(spec.size));
  for (int c = 0; c < maps; ++c) {
    const auto map = static_cast<std::size_t>(c);
    auto sum = hn::Zero(d);
    for (int j = 0; j < spec.size; ++j) sum = hn::Add(sum, hn::LoadU(d, scratch + (map + static_cast<std::size_t>(j)) * lanes));
    float* out = gx + map * g.step + i;
    hn::StoreU(hn::MulAdd(hn::Mul(factor, hn::LoadU(d, x.data + map * x.step + i)), sum, hn::LoadU(d, out)), d, out);
  }
}

void lrn_columns(const Columns& x, int maps, std::size_t count, const LrnSpec& spec, float* y) {
  const std::size_t lanes = hn::Lanes(Wide());
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) lrn_vector(Wide(), x, maps, i, spec, y);
  for (; i < count; ++i) lrn_vector(One(), x, maps, i, spec, y);
}

void lrn_backward_columns(const Columns& x, const Columns& g, int maps, std::size_t count, const LrnSpec& spec, float* scratch, float* gx) {
  const std::size_t lanes = hn::Lanes(Wide());
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) lrn_backward_vector(Wide(), x, g, maps, i, spec, scratch, gx);
  for (; i < count; ++i) lrn_backward_vector(One(), x, g, maps, i, spec, scratch, gx);
}

std::size_t lrn_scratch(int maps, const LrnSpec& spec) { return static_cast<std::size_t>(maps + spec.size) * hn::Lanes(Wide()); }

}  // namespace zf::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace zf::cpu {

HWY_EXPORT(lrn_columns);
HWY_EXPORT(lrn_backward_columns);
HWY_EXPORT(lrn_scratch);

void lrn_columns(const Columns& x, int maps, std::size_t count, const LrnSpec& spec, float* y) {
  HWY_DYNAMIC_DISPATCH(lrn_columns)(x, maps, count, spec, y);
}

void lrn_backward_columns(const Columns& x, const Columns& g, int maps, std::size_t count, const LrnSpec& spec, float* scratch, float* gx) {
  HWY_DYNAMIC_DISPATCH(lrn_backward_columns)(x, g, maps, count, spec, scratch, gx);
}

std::size_t lrn_scratch(int maps, const LrnSpec& spec) { return HWY_DYNAMIC_DISPATCH(lrn_scratch)(maps, spec); }

}  // namespace zf::cpu
#endif
