#include "core/backend/cpu/winograd_transform.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/backend/cpu/winograd_filter_transform.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "core/backend/cpu/winograd_vectors-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace zf::cpu::HWY_NAMESPACE {
namespace {

/// A g
HWY_INLINE Six signal_points(V g0, V g1, V g2, V g3) {
  const D d;
  const V even_a = hn::MulAdd(hn::Set(d, 0.5F), g2, g0);
  const V odd_a = hn::MulAdd(hn::Set(d, 0.5F), g3, g1);
  const V even_b = hn::MulAdd(hn::Set(d, 2.0F), g2, g0);
  const V odd_b = hn::MulAdd(hn::Set(d, 2.0F), g3, g1);
  const V a = hn::Set(d, kSqrtHalf);
  const V b = hn::Set(d, kSqrt2);
  return {g0, hn::MulAdd(a, odd_a, even_a), hn::NegMulAdd(a, odd_a, even_a), hn::MulAdd(b, odd_b, even_b), hn::NegMulAdd(b, odd_b, even_b),
          g3};
}

/// G g
HWY_INLINE Six filter_points(V g0, V g1, V g2) {
  const D d;
  const V even_a = hn::Mul(hn::Set(d, -2.0F / 3.0F), hn::MulAdd(hn::Set(d, 0.5F), g2, g0));
  const V odd_a = hn::Mul(hn::Set(d, -2.0F / 3.0F * kSqrtHalf), g1);
  const V even_b = hn::Mul(hn::Set(d, 1.0F / 6.0F), hn::MulAdd(hn::Set(d, 2.0F), g2, g0));
  const V odd_b = hn::Mul(hn::Set(d, kSqrt2 / 6.0F), g1);
  return {g0, hn::Add(even_a, odd_a), hn::Sub(even_a, odd_a), hn::Add(even_b, odd_b), hn::Sub(even_b, odd_b), g2};
}

struct Three {
  V v0, v1, v2;
};

/// G^T u
HWY_INLINE Three filter_gradients(const Six& u) {
  const D d;
  const V sum_a = hn::Mul(hn::Set(d, -2.0F / 3.0F), hn::Add(u.v1, u.v2));
  const V sum_b = hn::Mul(hn::Set(d, 1.0F / 6.0F), hn::Add(u.v3, u.v4));
  const V difference_a = hn::Mul(hn::Set(d, -2.0F / 3.0F * kSqrtHalf), hn::Sub(u.v1, u.v2));
  const V difference_b = hn::Mul(hn::Set(d, kSqrt2 / 6.0F), hn::Sub(u.v3, u.v4));
  return {hn::Add(u.v0, hn::Add(sum_a, sum_b)), hn::Add(difference_a, difference_b),
          hn::Add(u.v5, hn::MulAdd(hn::Set(d, 0.5F), sum_a, hn::Add(sum_b, sum_b)))};
}

/// Calls body(i) for i = 0, lanes, ... and the last whole vector, which may overlap the one before; count is at least a vector.
template <typename Body>
HWY_INLINE void for_vectors(int count, const Body& body) {
  const int step = lanes();
  for (int i = 0; i + step <= count; i += step) body(i);
  if (count % step != 0) body(count - step);
}

void filter(const WinogradFilter& taps, const WinogradTargets& to, int count) {
  const D d;
  const int step = lanes();
  HWY_ALIGN float columns[3 * kPoints * hn::MaxLanes(d)];
  for_vectors(count, [&](int at) HWY_ATTR {
    for (int x = 0; x < 3; ++x) {
      store_apart(filter_points(hn::LoadU(d, taps[x] + at), hn::LoadU(d, taps[3 + x] + at), hn::LoadU(d, taps[6 + x] + at)),
                  columns + x * step, 3 * step);
    }
    for (int i = 0; i < kPoints; ++i) {
      const float* from = columns + 3 * i * step;
      const Six v = filter_points(hn::Load(d, from), hn::Load(d, from + step), hn::Load(d, from + 2 * step));
      float* const* out = to.data() + i * kPoints;
      if (out[0] != nullptr) hn::StoreU(v.v0, d, out[0] + at);
      if (out[1] != nullptr) hn::StoreU(v.v1, d, out[1] + at);
      if (out[2] != nullptr) hn::StoreU(v.v2, d, out[2] + at);
      if (out[3] != nullptr) hn::StoreU(v.v3, d, out[3] + at);
      if (out[4] != nullptr) hn::StoreU(v.v4, d, out[4] + at);
      if (out[5] != nullptr) hn::StoreU(v.v5, d, out[5] + at);
    }
  });
}

void signal(const float* tile, std::ptrdiff_t pitch, std::ptrdiff_t place, const WinogradTargets& to, int maps) {
  const D d;
  const int step = lanes();
  HWY_ALIGN float columns[kWinogradOutputs * kPoints * hn::MaxLanes(d)];
  for (int m = 0; m < maps; m += step) {
    for (int x = 0; x < kWinogradOutputs; ++x) {
      const float* from = tile + x * place + m;
      store_apart(
          signal_points(hn::LoadU(d, from), hn::LoadU(d, from + pitch), hn::LoadU(d, from + 2 * pitch), hn::LoadU(d, from + 3 * pitch)),
          columns + x * step, kWinogradOutputs * step);
    }
    for (int i = 0; i < kPoints; ++i) {
      const float* from = columns + i * kWinogradOutputs * step;
      const Six v = signal_points(hn::Load(d, from), hn::Load(d, from + step), hn::Load(d, from + 2 * step), hn::Load(d, from + 3 * step));
      float* const* out = to.data() + i * kPoints;
      hn::StoreU(v.v0, d, out[0] + m);
      hn::StoreU(v.v1, d, out[1] + m);
      hn::StoreU(v.v2, d, out[2] + m);
      hn::StoreU(v.v3, d, out[3] + m);
      hn::StoreU(v.v4, d, out[4] + m);
      hn::StoreU(v.v5, d, out[5] + m);
    }
  }
}

void filter_gradient(const WinogradSources& from, float* taps, std::ptrdiff_t tap_pitch, int count) {
  const D d;
  const int step = lanes();
  const auto load = [&](int point, int at) HWY_ATTR { return from[point] == nullptr ? hn::Zero(d) : hn::LoadU(d, from[point] + at); };
  HWY_ALIGN float columns[3 * kPoints * hn::MaxLanes(d)];
  for (int at = 0; at < count; at += step) {
    for (int j = 0; j < kPoints; ++j) {
      const Three v = filter_gradients({load(j, at), load(kPoints + j, at), load(2 * kPoints + j, at), load(3 * kPoints + j, at),
                                        load(4 * kPoints + j, at), load(5 * kPoints + j, at)});
      hn::Store(v.v0, d, columns + j * step);
      hn::Store(v.v1, d, columns + (kPoints + j) * step);
      hn::Store(v.v2, d, columns + (2 * kPoints + j) * step);
    }
    for (int y = 0; y < 3; ++y) {
      const Three v = filter_gradients(load_apart(columns + y * kPoints * step, step));
      hn::StoreU(v.v0, d, taps + 3 * y * tap_pitch + at);
      hn::StoreU(v.v1, d, taps + (3 * y + 1) * tap_pitch + at);
      hn::StoreU(v.v2, d, taps + (3 * y + 2) * tap_pitch + at);
    }
  }
}

}  // namespace
}  // namespace zf::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace zf::cpu {

HWY_EXPORT(filter);
HWY_EXPORT(signal);
HWY_EXPORT(filter_gradient);

void winograd_filter(const WinogradFilter& taps, const WinogradTargets& to, int count) { HWY_DYNAMIC_DISPATCH(filter)(taps, to, count); }

void winograd_signal(const float* tile, std::ptrdiff_t pitch, std::ptrdiff_t step, const WinogradTargets& to, int maps) {
  HWY_DYNAMIC_DISPATCH(signal)(tile, pitch, step, to, maps);
}

void winograd_filter_gradient(const WinogradSources& from, float* taps, std::ptrdiff_t tap_pitch, int count) {
  HWY_DYNAMIC_DISPATCH(filter_gradient)(from, taps, tap_pitch, count);
}

}  // namespace zf::cpu
#endif
