#include "core/backend/cpu/pool_rows.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/backend/cpu/pool_rows.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace zf::cpu::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<float>;
using DI = hn::ScalableTag<std::uint32_t>;
using V = hn::Vec<D>;
using VI = hn::Vec<DI>;

/// A vector of running maxima. Only a greater value replaces one, so the first of equals keeps its place.
struct Best {
  V value;
  VI place;

  HWY_INLINE void offer(V other, VI other_place) {
    const auto greater = hn::Gt(other, value);
    value = hn::IfThenElse(greater, other, value);
    place = hn::IfThenElse(hn::RebindMask(DI(), greater), other_place, place);
  }
};

/// Outputs `o` to `o` + lanes, whose windows lie inside the row. Stride 2 reads pairs, so one value beyond an odd kernel.
HWY_INLINE void pool_vector(const float* row, std::uint32_t first, const PoolSpec& spec, int o, const Maxima& out) {
  const D d;
  const DI di;
  const int left = o * spec.stride - spec.pad;
  const VI step = hn::Set(di, static_cast<std::uint32_t>(spec.stride));
  const VI places = hn::Add(hn::Mul(hn::Iota(di, 0), step), hn::Set(di, first + static_cast<std::uint32_t>(left)));
  Best best{hn::Zero(d), places};
  if (spec.stride == 1) {
    best.value = hn::LoadU(d, row + left);
    for (int k = 1; k < spec.kernel; ++k) {
      best.offer(hn::LoadU(d, row + left + k), hn::Add(places, hn::Set(di, static_cast<std::uint32_t>(k))));
    }
  } else {
    V even;
    V odd;
    hn::LoadInterleaved2(d, row + left, best.value, odd);
    if (spec.kernel > 1) best.offer(odd, hn::Add(places, hn::Set(di, 1)));
    for (int k = 2; k < spec.kernel; k += 2) {
      hn::LoadInterleaved2(d, row + left + k, even, odd);
      best.offer(even, hn::Add(places, hn::Set(di, static_cast<std::uint32_t>(k))));
      if (k + 1 < spec.kernel) best.offer(odd, hn::Add(places, hn::Set(di, static_cast<std::uint32_t>(k + 1))));
    }
  }
  hn::StoreU(best.value, d, out.values + o);
  hn::StoreU(best.place, di, out.places + o);
}

HWY_INLINE void pool_one(const float* row, int width, std::uint32_t first, const PoolSpec& spec, int o, const Maxima& out) {
  const int left = o * spec.stride - spec.pad;
  int best = std::max(left, 0);
  for (int x = best + 1; x < std::min(left + spec.kernel, width); ++x) best = row[x] > row[best] ? x : best;
  out.values[o] = row[best];
  out.places[o] = first + static_cast<std::uint32_t>(best);
}

void pool_row(const float* row, int width, std::uint32_t first, const PoolSpec& spec, int outputs, const Maxima& out) {
  const int lanes = static_cast<int>(hn::Lanes(D()));
  // Vectors may start from `begin` up to and including `last`.
  const int begin = (spec.pad + spec.stride - 1) / spec.stride;
  const int read = spec.stride == 1 ? spec.kernel + lanes - 1 : (spec.kernel + 1) / 2 * 2 + 2 * lanes - 2;
  const int room = width - read + spec.pad;
  const int last = spec.stride > 2 || room < 0 ? -1 : std::min(room / spec.stride, outputs - lanes);
  int o = 0;
  if (begin <= last) {
    for (; o < begin; ++o) pool_one(row, width, first, spec, o, out);
    for (; o <= last; o += lanes) pool_vector(row, first, spec, o, out);
    if (o < last + lanes) {
      pool_vector(row, first, spec, last, out);
      o = last + lanes;
    }
  }
  for (; o < outputs; ++o) pool_one(row, width, first, spec, o, out);
}

void pool_column(const Maxima& ring, int pitch, int kernel, int begin, int count, int outputs, const Maxima& out) {
  const D d;
  const DI di;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const auto column = [&](int o) HWY_ATTR {
    const int row = begin % kernel * pitch + o;
    Best best{hn::LoadU(d, ring.values + row), hn::LoadU(di, ring.places + row)};
    for (int i = 1; i < count; ++i) {
      const int next = (begin + i) % kernel * pitch + o;
      best.offer(hn::LoadU(d, ring.values + next), hn::LoadU(di, ring.places + next));
    }
    return best;
  };
  int o = 0;
  for (; o + lanes <= outputs; o += lanes) {
    const Best best = column(o);
    hn::StoreU(best.value, d, out.values + o);
    hn::StoreU(best.place, di, out.places + o);
  }
  if (o == outputs) return;
  // The ring's rows are padded to whole vectors, the output's are not.
  HWY_ALIGN float values[hn::MaxLanes(D())];
  HWY_ALIGN std::uint32_t places[hn::MaxLanes(D())];
  const Best best = column(o);
  hn::Store(best.value, d, values);
  hn::Store(best.place, di, places);
  std::copy_n(values, outputs - o, out.values + o);
  std::copy_n(places, outputs - o, out.places + o);
}

}  // namespace zf::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace zf::cpu {

HWY_EXPORT(pool_row);
HWY_EXPORT(pool_column);

void pool_row(const float* row, int width, std::uint32_t first, const PoolSpec& spec, int outputs, const Maxima& out) {
  HWY_DYNAMIC_DISPATCH(pool_row)(row, width, first, spec, outputs, out);
}

void pool_column(const Maxima& ring, int pitch, int kernel, int begin, int count, int outputs, const Maxima& out) {
  HWY_DYNAMIC_DISPATCH(pool_column)(ring, pitch, kernel, begin, count, outputs, out);
}

}  // namespace zf::cpu
#endif
