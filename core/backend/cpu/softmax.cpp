#include <algorithm>
#include <cmath>

#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/cpu/ranges.h"
#include "core/backend/cpu/storage.h"

namespace zf::cpu {

namespace {

/// Softmax of `count` values that lie `step` apart; returns the logarithm of the sum of their exponentials.
double softmax_of(const float* x, std::size_t count, std::size_t step, float* y) {
  float top = x[0];
  for (std::size_t i = 1; i < count; ++i) top = std::max(top, x[i * step]);
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    y[i * step] = std::exp(x[i * step] - top);
    sum += static_cast<double>(y[i * step]);
  }
  const auto scale = static_cast<float>(1 / sum);
  for (std::size_t i = 0; i < count; ++i) y[i * step] *= scale;
  return std::log(sum) + static_cast<double>(top);
}

}  // namespace

void CpuBackend::do_softmax(const DeviceTensor& x, DeviceTensor& y) {
  const Shape& in = x.shape();
  const std::size_t places = static_cast<std::size_t>(in.n) * in.plane();
  const auto maps = static_cast<std::size_t>(in.c);
  for_ranges(context_, places, kGrain / 16 / maps, [&](std::size_t begin, std::size_t end, int) {
    for (std::size_t i = begin; i < end; ++i) {
      const std::size_t first = i / in.plane() * in.item() + i % in.plane();
      softmax_of(data(x) + first, maps, in.plane(), data(y) + first);
    }
  });
}

void CpuBackend::do_cross_entropy(const DeviceTensor& logits, std::span<const int> labels, DeviceTensor& loss, DeviceTensor& g) {
  const auto classes = static_cast<std::size_t>(logits.shape().c);
  const float scale = 1.0F / static_cast<float>(labels.size());
  for_ranges(context_, labels.size(), kGrain / 16 / classes, [&](std::size_t begin, std::size_t end, int) {
    for (std::size_t n = begin; n < end; ++n) {
      const float* x = data(logits) + n * classes;
      float* out = data(g) + n * classes;
      const auto label = static_cast<std::size_t>(labels[n]);
      data(loss)[n] = static_cast<float>(softmax_of(x, classes, 1, out) - static_cast<double>(x[label]));
      out[label] -= 1.0F;
      for (std::size_t c = 0; c < classes; ++c) out[c] *= scale;
    }
  });
}

}  // namespace zf::cpu
