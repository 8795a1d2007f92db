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

/// A vector of running maxima, and where they are if that is wanted. Only a greater value replaces one, so the first of equals keeps
/// its place.
template <bool kPlaces>
struct Best {
  V value;
  VI place;

  HWY_INLINE void offer(V other, VI other_place) {
    const auto greater = hn::Gt(other, value);
    value = hn::IfThenElse(greater, other, value);
    if constexpr (kPlaces) place = hn::IfThenElse(hn::RebindMask(DI(), greater), other_place, place);
  }
  HWY_INLINE void store(const Maxima& to, int o) const {
    hn::StoreU(value, D(), to.values + o);
    if constexpr (kPlaces) hn::StoreU(place, DI(), to.places + o);
  }
};

/// Outputs `o` to `o` + lanes, whose windows lie inside the row. Stride 2 reads pairs, so one value beyond an odd kernel.
template <bool kPlaces>
HWY_INLINE void pool_vector(const float* row, std::uint32_t first, const PoolSpec& spec, int o, const Maxima& out) {
  const D d;
  const DI di;
  const int left = o * spec.stride - spec.pad;
  const VI step = hn::Set(di, static_cast<std::uint32_t>(spec.stride));
  const VI places = hn::Add(hn::Mul(hn::Iota(di, 0), step), hn::Set(di, first + static_cast<std::uint32_t>(left)));
  Best<kPlaces> best{hn::Zero(d), places};
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
  best.store(out, o);
}

template <bool kPlaces>
HWY_INLINE void pool_one(const float* row, int width, std::uint32_t first, const PoolSpec& spec, int o, const Maxima& out) {
  const int left = o * spec.stride - spec.pad;
  int best = std::max(left, 0);
  for (int x = best + 1; x < std::min(left + spec.kernel, width); ++x) best = row[x] > row[best] ? x : best;
  out.values[o] = row[best];
  if constexpr (kPlaces) out.places[o] = first + static_cast<std::uint32_t>(best);
}

template <bool kPlaces>
void pool_row_of(const float* row, int width, std::uint32_t first, const PoolSpec& spec, int outputs, const Maxima& out) {
  const int lanes = static_cast<int>(hn::Lanes(D()));
  // Vectors may start from `begin` up to and including `last`.
  const int begin = (spec.pad + spec.stride - 1) / spec.stride;
  const int read = spec.stride == 1 ? spec.kernel + lanes - 1 : (spec.kernel + 1) / 2 * 2 + 2 * lanes - 2;
  const int room = width - read + spec.pad;
  const int last = spec.stride > 2 || room < 0 ? -1 : std::min(room / spec.stride, outputs - lanes);
  int o = 0;
  if (begin <= last) {
    for (; o < begin; ++o) pool_one<kPlaces>(row, width, first, spec, o, out);
    for (; o <= last; o += lanes) pool_vector<kPlaces>(row, first, spec, o, out);
    if (o < last + lanes) {
      pool_vector<kPlaces>(row, first, spec, last, out);
      o = last + lanes;
    }
  }
  for (; o < outputs; ++o) pool_one<kPlaces>(row, width, first, spec, o, out);
}

void pool_row(const float* row, int width, std::uint32_t first, const PoolSpec& spec, int outputs, const Maxima& out) {
  if (out.places == nullptr) return pool_row_of<false>(row, width, first, spec, outputs, out);
  pool_row_of<true>(row, width, first, spec, outputs, out);
}

template <bool kPlaces>
void pool_column_of(const Maxima& ring, int pitch, int kernel, int begin, int count, int outputs, const Maxima& out) {
  const int lanes = static_cast<int>(hn::Lanes(D()));
  const auto at = [&](int row) HWY_ATTR {
    return Best<kPlaces>{hn::LoadU(D(), ring.values + row), kPlaces ? hn::LoadU(DI(), ring.places + row) : hn::Zero(DI())};
  };
  const auto column = [&](int o) HWY_ATTR {
    Best<kPlaces> best = at(begin % kernel * pitch + o);
    for (int i = 1; i < count; ++i) {
      const Best<kPlaces> next = at((begin + i) % kernel * pitch + o);
      best.offer(next.value, next.place);
    }
    return best;
  };
  int o = 0;
  for (; o + lanes <= outputs; o += lanes) column(o).store(out, o);
  if (o == outputs) return;
  // The ring's rows are padded to whole vectors, the output's are not.
  HWY_ALIGN float values[hn::MaxLanes(D())];
  HWY_ALIGN std::uint32_t places[hn::MaxLanes(D())];
  column(o).store({values, places}, 0);
  std::copy_n(values, outputs - o, out.values + o);
  if constexpr (kPlaces) std::copy_n(places, outputs - o, out.places + o);
}

void pool_column(const Maxima& ring, int pitch, int kernel, int begin, int count, int outputs, const Maxima& out) {
  if (out.places == nullptr) return pool_column_of<false>(ring, pitch, kernel, begin, count, outputs, out);
  pool_column_of<true>(ring, pitch, kernel, begin, count, outputs, out);
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
