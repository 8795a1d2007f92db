#include "core/backend/cpu/conv_sparse_kernel.h"

#include <cstdint>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/backend/cpu/conv_sparse_kernel.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace zf::cpu::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<float, 8>;
using V = hn::Vec<D>;

int lanes() { return static_cast<int>(hn::Lanes(D())); }

void collect(const float* HWY_RESTRICT g, int count, int map, const SparseLists& lists, int first) {
  const D d;
  const auto append = [&](int i) {
    const int place = first + i;
    lists.signals[static_cast<std::ptrdiff_t>(place) * lists.capacity + lists.counts[place]++] = {map, g[i]};
  };
  int i = 0;
  for (; i + lanes() <= count; i += lanes()) {
    std::uint8_t bytes[8] = {};
    hn::StoreMaskBits(d, hn::Ne(hn::LoadU(d, g + i), hn::Zero(d)), bytes);
    for (unsigned bits = bytes[0]; bits != 0; bits &= bits - 1) append(i + static_cast<int>(hwy::Num0BitsBelowLS1Bit_Nonzero32(bits)));
  }
  for (; i < count; ++i) {
    if (g[i] != 0.0F) append(i);
  }
}

int count_nonzero(const float* HWY_RESTRICT g, int count) {
  const D d;
  int total = 0;
  int i = 0;
  for (; i + lanes() <= count; i += lanes()) total += static_cast<int>(hn::CountTrue(d, hn::Ne(hn::LoadU(d, g + i), hn::Zero(d))));
  for (; i < count; ++i) total += g[i] != 0.0F;
  return total;
}

HWY_INLINE void add_to(V sum, float* out) {
  const D d;
  hn::StoreU(hn::Add(sum, hn::LoadU(d, out)), d, out);
}

/// The sums of one place, N vectors.
template <int N>
HWY_INLINE void sum_place(const SparseSignal* HWY_RESTRICT signals, int count, const float* HWY_RESTRICT weights, float* HWY_RESTRICT out,
                          const std::ptrdiff_t* HWY_RESTRICT offsets) {
  const D d;
  const int step = lanes();
  V s0 = hn::Zero(d), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0, s8 = s0, s9 = s0, s10 = s0, s11 = s0;
  for (int i = 0; i < count; ++i) {
    const V v = hn::Set(d, signals[i].value);
    const float* HWY_RESTRICT w = weights + static_cast<std::ptrdiff_t>(signals[i].map) * (N * step);
    s0 = hn::MulAdd(v, hn::LoadU(d, w), s0);
    s1 = hn::MulAdd(v, hn::LoadU(d, w + step), s1);
    s2 = hn::MulAdd(v, hn::LoadU(d, w + 2 * step), s2);
    if constexpr (N > 3) {
      s3 = hn::MulAdd(v, hn::LoadU(d, w + 3 * step), s3);
      s4 = hn::MulAdd(v, hn::LoadU(d, w + 4 * step), s4);
      s5 = hn::MulAdd(v, hn::LoadU(d, w + 5 * step), s5);
    }
    if constexpr (N > 6) {
      s6 = hn::MulAdd(v, hn::LoadU(d, w + 6 * step), s6);
      s7 = hn::MulAdd(v, hn::LoadU(d, w + 7 * step), s7);
      s8 = hn::MulAdd(v, hn::LoadU(d, w + 8 * step), s8);
    }
    if constexpr (N > 9) {
      s9 = hn::MulAdd(v, hn::LoadU(d, w + 9 * step), s9);
      s10 = hn::MulAdd(v, hn::LoadU(d, w + 10 * step), s10);
      s11 = hn::MulAdd(v, hn::LoadU(d, w + 11 * step), s11);
    }
  }
  add_to(s0, out + offsets[0]);
  add_to(s1, out + offsets[1]);
  add_to(s2, out + offsets[2]);
  if constexpr (N > 3) {
    add_to(s3, out + offsets[3]);
    add_to(s4, out + offsets[4]);
    add_to(s5, out + offsets[5]);
  }
  if constexpr (N > 6) {
    add_to(s6, out + offsets[6]);
    add_to(s7, out + offsets[7]);
    add_to(s8, out + offsets[8]);
  }
  if constexpr (N > 9) {
    add_to(s9, out + offsets[9]);
    add_to(s10, out + offsets[10]);
    add_to(s11, out + offsets[11]);
  }
}

template <int N>
HWY_NOINLINE void sum_places(const SparseSum& job) {
  for (int row = 0; row < job.rows; ++row) {
    for (int column = 0; column < job.columns; ++column) {
      const int place = row * job.columns + column;
      const int count = job.lists.counts[place];
      if (count == 0) continue;
      sum_place<N>(job.lists.signals + static_cast<std::ptrdiff_t>(place) * job.lists.capacity, count, job.weights,
                   job.out + row * job.out_row + column * job.out_column, job.offsets);
    }
  }
}

void add(const SparseSum& job) {
  switch (job.vectors) {
    case 3:
      return sum_places<3>(job);
    case 6:
      return sum_places<6>(job);
    case 9:
      return sum_places<9>(job);
    default:
      return sum_places<kSparseVectors>(job);
  }
}

}  // namespace
}  // namespace zf::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace zf::cpu {

HWY_EXPORT(lanes);
HWY_EXPORT(collect);
HWY_EXPORT(count_nonzero);
HWY_EXPORT(add);

void collect_signals(const float* g, int count, int map, const SparseLists& lists, int first) {
  HWY_DYNAMIC_DISPATCH(collect)(g, count, map, lists, first);
}
void add_sparse(const SparseSum& job) { HWY_DYNAMIC_DISPATCH(add)(job); }
int sparse_lanes() { return HWY_DYNAMIC_DISPATCH(lanes)(); }
int count_signals(const float* g, int count) { return HWY_DYNAMIC_DISPATCH(count_nonzero)(g, count); }

}  // namespace zf::cpu
#endif
