#include "core/backend/cpu/depthwise_kernel.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/backend/cpu/depthwise_kernel.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "core/backend/cpu/rectified-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace zf::cpu::HWY_NAMESPACE {
namespace {

#if HWY_TARGET <= HWY_AVX2  // or better, of x86: masked loads touch nothing but what they load
namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;
using M = hn::Mask<D>;

/// Lanes that lie inside of the map where lane 0 is its column `x`.
HWY_INLINE M inside(int x, int width) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const auto first = [&](int count) { return hn::FirstN(d, static_cast<std::size_t>(std::clamp(count, 0, lanes))); };
  return hn::AndNot(first(-x), first(width - x));
}

/// A vector of outputs of each row, from output column `at` on.
template <int kKernel, int kStride>
HWY_INLINE void column(const DepthwisePlane& job, const V* weights, int at) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const int left = at * kStride - job.pad;
  M masks[kKernel + 1];
  for (int t = 0; t <= kKernel; ++t) {
    const int x = kStride == 1 ? left + t : left + t / 2 * 2 + t % 2 * lanes;
    masks[t] = inside(x, job.in.w);
  }
  const int count = std::min(lanes, job.out.w - at);
  const M stored = hn::FirstN(d, static_cast<std::size_t>(count));
  for (int y = 0; y < job.out.h; ++y) {
    V sum = hn::Set(d, job.bias);
    for (int ky = 0; ky < kKernel; ++ky) {
      const int row = y * kStride - job.pad + ky;
      if (row < 0 || row >= job.in.h) continue;
      const float* from = job.x + static_cast<std::ptrdiff_t>(row) * job.in.w + left;
      const V* weight = weights + ky * kKernel;
      if constexpr (kStride == 1) {
        for (int kx = 0; kx < kKernel; ++kx) sum = hn::MulAdd(weight[kx], hn::MaskedLoad(masks[kx], d, from + kx), sum);
      } else {
        for (int kx = 0; kx < kKernel; kx += 2) {
          const V low = hn::MaskedLoad(masks[kx], d, from + kx);
          const V high = hn::MaskedLoad(masks[kx + 1], d, from + kx + lanes);
          sum = hn::MulAdd(weight[kx], hn::ConcatEven(d, high, low), sum);
          if (kx + 1 < kKernel) sum = hn::MulAdd(weight[kx + 1], hn::ConcatOdd(d, high, low), sum);
        }
      }
    }
    float* to = job.y + static_cast<std::ptrdiff_t>(y) * job.out.w + at;
    sum = rectified(d, sum, job.relu);
    if (count == lanes) {
      hn::StoreU(sum, d, to);
    } else {
      hn::BlendedStore(sum, stored, d, to);
    }
  }
}

template <int kKernel, int kStride>
void plane(const DepthwisePlane& job) {
  const D d;
  V weights[kKernel * kKernel];
  for (int t = 0; t < kKernel * kKernel; ++t) weights[t] = hn::Set(d, job.weights[t]);
  for (int x = 0; x < job.out.w; x += static_cast<int>(hn::Lanes(d))) column<kKernel, kStride>(job, weights, x);
}

bool masked_loads() { return true; }

void depthwise_plane(const DepthwisePlane& job) {
  if (job.kernel == 3) return job.stride == 1 ? plane<3, 1>(job) : plane<3, 2>(job);
  job.stride == 1 ? plane<5, 1>(job) : plane<5, 2>(job);
}
#else
bool masked_loads() { return false; }

void depthwise_plane(const DepthwisePlane& /*job*/) {}
#endif

}  // namespace
}  // namespace zf::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace zf::cpu {

HWY_EXPORT(masked_loads);
HWY_EXPORT(depthwise_plane);

bool has_depthwise_kernel(const ConvSpec& spec) {
  const bool known = spec.kernel_h == spec.kernel_w && (spec.kernel_h == 3 || spec.kernel_h == 5) && spec.stride <= 2 && spec.dilation == 1;
  return known && HWY_DYNAMIC_DISPATCH(masked_loads)();
}

void depthwise_plane(const DepthwisePlane& job) { HWY_DYNAMIC_DISPATCH(depthwise_plane)(job); }

}  // namespace zf::cpu
#endif
