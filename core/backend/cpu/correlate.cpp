#include "core/backend/cpu/correlate.h"

#include <algorithm>

#include "core/backend/cpu/copy_floats.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/backend/cpu/correlate.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "core/backend/cpu/rectified-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace zf::cpu::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;

int lanes() { return static_cast<int>(hn::Lanes(D())); }

/// Four places that are computed together.
struct Places {
  std::ptrdiff_t i0, i1, i2, i3;
};

/// Vectors at four places of `from` to places of `to`; kVectors of them are distinct.
template <int kVectors>
HWY_INLINE void sum_vectors(const Correlation& job, const float* HWY_RESTRICT from, const Places& at_from, float* HWY_RESTRICT to,
                            const Places& at_to) {
  const D d;
  V s0 = hn::Set(d, job.bias), s1 = s0, s2 = s0, s3 = s0;
  for (int t = 0; t < job.taps; ++t) {
    const V weight = hn::Set(d, job.weights[t]);
    const float* at = from + job.offsets[t];
    s0 = hn::MulAdd(weight, hn::LoadU(d, at + at_from.i0), s0);
    if constexpr (kVectors > 1) s1 = hn::MulAdd(weight, hn::LoadU(d, at + at_from.i1), s1);
    if constexpr (kVectors > 2) {
      s2 = hn::MulAdd(weight, hn::LoadU(d, at + at_from.i2), s2);
      s3 = hn::MulAdd(weight, hn::LoadU(d, at + at_from.i3), s3);
    }
  }
  hn::StoreU(rectified(d, s0, job.relu), d, to + at_to.i0);
  if constexpr (kVectors > 1) hn::StoreU(rectified(d, s1, job.relu), d, to + at_to.i1);
  if constexpr (kVectors > 2) {
    hn::StoreU(rectified(d, s2, job.relu), d, to + at_to.i2);
    hn::StoreU(rectified(d, s3, job.relu), d, to + at_to.i3);
  }
}

/// The last vectors of a row end with it: what two of them hold is computed twice.
HWY_INLINE void correlate_row(const Correlation& job, const float* from, float* to) {
  const int step = lanes();
  const int last = job.count - step;
  for (int i = 0; i < job.count; i += 4 * step) {
    const int left = job.count - i;
    if (left > 2 * step) {
      const Places at{i, i + step, std::min(i + 2 * step, last), std::min(i + 3 * step, last)};
      sum_vectors<4>(job, from, at, to, at);
    } else if (left > step) {
      sum_vectors<2>(job, from, {i, last, 0, 0}, to, {i, last, 0, 0});
    } else {
      sum_vectors<1>(job, from, {std::min(i, last), 0, 0, 0}, to, {std::min(i, last), 0, 0, 0});
    }
  }
}

/// Of rows shorter than a vector: four of them together.
void correlate_narrow(const Correlation& job) {
  const int step = lanes();
  HWY_ALIGN float vectors[4 * hn::MaxLanes(D())];
  for (int row = 0; row < job.rows; row += 4) {
    const int last = job.rows - 1 - row;
    const auto at = [&](int i) { return std::min(i, last) * job.from_pitch; };
    sum_vectors<4>(job, job.from + row * job.from_pitch, {at(0), at(1), at(2), at(3)}, vectors, {0, step, 2 * step, 3 * step});
    for (int i = 0; i <= std::min(3, last); ++i) copy_floats(vectors + i * step, job.count, job.to + (row + i) * job.to_pitch);
  }
}

void correlate_rows(const Correlation& job) {
  if (job.count < lanes()) return correlate_narrow(job);
  for (int row = 0; row < job.rows; ++row) correlate_row(job, job.from + row * job.from_pitch, job.to + row * job.to_pitch);
}

float dot_product(const float* HWY_RESTRICT a, const float* HWY_RESTRICT b, std::size_t count) {
  const D d;
  const std::size_t step = hn::Lanes(d);
  V s0 = hn::Zero(d), s1 = s0, s2 = s0, s3 = s0;
  std::size_t i = 0;
  for (; i + 4 * step <= count; i += 4 * step) {
    s0 = hn::MulAdd(hn::LoadU(d, a + i), hn::LoadU(d, b + i), s0);
    s1 = hn::MulAdd(hn::LoadU(d, a + i + step), hn::LoadU(d, b + i + step), s1);
    s2 = hn::MulAdd(hn::LoadU(d, a + i + 2 * step), hn::LoadU(d, b + i + 2 * step), s2);
    s3 = hn::MulAdd(hn::LoadU(d, a + i + 3 * step), hn::LoadU(d, b + i + 3 * step), s3);
  }
  for (; i + step <= count; i += step) s0 = hn::MulAdd(hn::LoadU(d, a + i), hn::LoadU(d, b + i), s0);
  float total = hn::GetLane(hn::SumOfLanes(d, hn::Add(hn::Add(s0, s1), hn::Add(s2, s3))));
  for (; i < count; ++i) total += a[i] * b[i];
  return total;
}

/// As far as vectors of pairs go, which read one value beyond their last; how far that was.
template <class Tag>
HWY_INLINE int every_second_from(Tag d, int i, const float* HWY_RESTRICT from, int count, float* HWY_RESTRICT to) {
  const int step = static_cast<int>(hn::Lanes(d));
  for (; i + step < count; i += step) {
    hn::StoreU(hn::ConcatEven(d, hn::LoadU(d, from + 2 * i + step), hn::LoadU(d, from + 2 * i)), d, to + i);
  }
  return i;
}

void every_second(const float* HWY_RESTRICT from, int count, float* HWY_RESTRICT to) {
  int i = every_second_from(D(), 0, from, count, to);
  i = every_second_from(hn::CappedTag<float, 4>(), i, from, count, to);
  for (; i < count; ++i) to[i] = from[2 * i];
}

}  // namespace
}  // namespace zf::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace zf::cpu {

HWY_EXPORT(lanes);
HWY_EXPORT(correlate_rows);
HWY_EXPORT(dot_product);
HWY_EXPORT(every_second);

void correlate(const Correlation& job) { HWY_DYNAMIC_DISPATCH(correlate_rows)(job); }
int correlate_lanes() { return HWY_DYNAMIC_DISPATCH(lanes)(); }
float dot(const float* a, const float* b, std::size_t count) { return HWY_DYNAMIC_DISPATCH(dot_product)(a, b, count); }
void take_every_second(const float* from, int count, float* to) { HWY_DYNAMIC_DISPATCH(every_second)(from, count, to); }

}  // namespace zf::cpu
#endif
