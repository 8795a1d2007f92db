#include "core/backend/cpu/gemm_vector.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/backend/cpu/gemm_vector.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "core/backend/cpu/numbers-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace zf::cpu::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;

/// What vectors leave of four rows that lie `pitch` apart. One function for all kinds of numbers, so that they are rounded alike.
HWY_NOINLINE void add_rest(const float* a, std::ptrdiff_t pitch, int count, const float* x, float* y) {
  for (int i = 0; i < count; ++i) {
    for (int r = 0; r < 4; ++r) y[r] += a[r * pitch + i] * x[i];
  }
}

/// Four rows at once, two sums a row, so that the additions' latency hides behind the loads.
template <StoredAs kKind, typename Lane = typename Stored<kKind>::Lane>
HWY_INLINE void dot4(const Lane* HWY_RESTRICT a, std::ptrdiff_t pitch, int k, const float* HWY_RESTRICT x, float* y) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  V s0 = hn::Zero(d), s1 = s0, s2 = s0, s3 = s0, t0 = s0, t1 = s0, t2 = s0, t3 = s0;
  const Lane* a1 = a + pitch;
  const Lane* a2 = a1 + pitch;
  const Lane* a3 = a2 + pitch;
  int i = 0;
  for (; i + 2 * lanes <= k; i += 2 * lanes) {
    const V x0 = hn::LoadU(d, x + i);
    const V x1 = hn::LoadU(d, x + i + lanes);
    s0 = hn::MulAdd(load(d, a + i), x0, s0);
    t0 = hn::MulAdd(load(d, a + i + lanes), x1, t0);
    s1 = hn::MulAdd(load(d, a1 + i), x0, s1);
    t1 = hn::MulAdd(load(d, a1 + i + lanes), x1, t1);
    s2 = hn::MulAdd(load(d, a2 + i), x0, s2);
    t2 = hn::MulAdd(load(d, a2 + i + lanes), x1, t2);
    s3 = hn::MulAdd(load(d, a3 + i), x0, s3);
    t3 = hn::MulAdd(load(d, a3 + i + lanes), x1, t3);
  }
  y[0] = hn::GetLane(hn::SumOfLanes(d, hn::Add(s0, t0)));
  y[1] = hn::GetLane(hn::SumOfLanes(d, hn::Add(s1, t1)));
  y[2] = hn::GetLane(hn::SumOfLanes(d, hn::Add(s2, t2)));
  y[3] = hn::GetLane(hn::SumOfLanes(d, hn::Add(s3, t3)));
  if (i == k) return;
  if constexpr (kKind == StoredAs::kFloat32) {
    add_rest(a + i, pitch, k - i, x + i, y);
  } else {
    constexpr int kMost = 2 * static_cast<int>(hn::MaxLanes(D()));
    float rest[4 * kMost];
    for (int r = 0; r < 4; ++r) {
      for (int j = i; j < k; ++j) rest[r * kMost + j - i] = Stored<kKind>::one(a + r * pitch + j);
    }
    add_rest(rest, kMost, k - i, x + i, y);
  }
}

template <StoredAs kKind>
void gemv_kind(const std::byte* bytes, std::ptrdiff_t pitch, int m, int k, const float* x, const float* bias, Rectifier relu, float* y) {
  const auto* a = reinterpret_cast<const typename Stored<kKind>::Lane*>(bytes);
  for (int i = 0; i < m; i += 4) {
    const int rows = std::min(4, m - i);
    float sums[4];
    if (rows == 4) {
      dot4<kKind>(a + i * pitch, pitch, k, x, sums);
    } else {
      for (int r = 0; r < rows; ++r) {
        float same[4];
        dot4<kKind>(a + (i + r) * pitch, 0, k, x, same);
        sums[r] = same[0];
      }
    }
    for (int r = 0; r < rows; ++r) {
      const float value = sums[r] + (bias == nullptr ? 0.0F : bias[i + r]);
      y[i + r] = relu.on ? std::min(std::max(value, 0.0F), relu.ceiling) : value;
    }
  }
}

void gemv(const Numbers& a, std::ptrdiff_t pitch, int m, int k, const float* x, const float* bias, Rectifier relu, float* y) {
  by_kind(a.kind, [&]<StoredAs kKind>() { gemv_kind<kKind>(a.bytes, pitch, m, k, x, bias, relu, y); });
}

template <StoredAs kKind>
void add_scaled_kind(int count, float scale, const std::byte* bytes, float* HWY_RESTRICT y) {
  const auto* HWY_RESTRICT x = reinterpret_cast<const typename Stored<kKind>::Lane*>(bytes);
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const V s = hn::Set(d, scale);
  int i = 0;
  for (; i + lanes <= count; i += lanes) hn::StoreU(hn::MulAdd(s, load(d, x + i), hn::LoadU(d, y + i)), d, y + i);
  for (; i < count; ++i) y[i] += scale * Stored<kKind>::one(x + i);
}

void add_scaled(int count, float scale, const Numbers& x, float* y) {
  by_kind(x.kind, [&]<StoredAs kKind>() { add_scaled_kind<kKind>(count, scale, x.bytes, y); });
}

float sum(const float* x, int count) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  V s = hn::Zero(d), t = s;
  int i = 0;
  for (; i + 2 * lanes <= count; i += 2 * lanes) {
    s = hn::Add(s, hn::LoadU(d, x + i));
    t = hn::Add(t, hn::LoadU(d, x + i + lanes));
  }
  float total = hn::GetLane(hn::SumOfLanes(d, hn::Add(s, t)));
  for (; i < count; ++i) total += x[i];
  return total;
}

}  // namespace
}  // namespace zf::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace zf::cpu {

HWY_EXPORT(gemv);
HWY_EXPORT(add_scaled);
HWY_EXPORT(sum);

void gemv(const Numbers& a, std::ptrdiff_t pitch, int m, int k, const float* x, const float* bias, Rectifier relu, float* y) {
  HWY_DYNAMIC_DISPATCH(gemv)(a, pitch, m, k, x, bias, relu, y);
}

void add_scaled(int count, float scale, const Numbers& x, float* y) { HWY_DYNAMIC_DISPATCH(add_scaled)(count, scale, x, y); }

void add_scaled(int count, float scale, const float* x, float* y) { add_scaled(count, scale, numbers(x), y); }

float sum(const float* x, int count) { return HWY_DYNAMIC_DISPATCH(sum)(x, count); }

void add_strided(int count, const float* x, float* y, int y_step) {
  if (y_step == 1) return add_scaled(count, 1.0F, x, y);
  for (int i = 0; i < count; ++i) y[i * y_step] += x[i];
}

}  // namespace zf::cpu
#endif
