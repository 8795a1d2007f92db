#include <cmath>
#include <numeric>

#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/cpu/ranges.h"
#include "core/backend/cpu/storage.h"
#include "core/backend/dropout_mask.h"

namespace zf::cpu {

namespace {

/// In eight partial sums, which the compiler turns into vectors.
double sum_of_squares(const float* x, std::size_t count) {
  constexpr std::size_t kLanes = 8;
  double sums[kLanes] = {};
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) sums[lane] += static_cast<double>(x[i + lane]) * static_cast<double>(x[i + lane]);
  }
  for (; i < count; ++i) sums[0] += static_cast<double>(x[i]) * static_cast<double>(x[i]);
  return std::accumulate(sums, sums + kLanes, 0.0);
}

}  // namespace

void CpuBackend::do_dropout(float p, std::uint64_t seed, std::uint32_t first, DeviceTensor& x) {
  const float scale = 1.0F / (1.0F - p);
  float* values = data(x);
  for_ranges(context_, x.size(), kGrain, [&](std::size_t begin, std::size_t end, int) {
    for (std::size_t i = begin; i < end; ++i) {
      values[i] = dropout_uniform(first + static_cast<std::uint32_t>(i), seed) >= p ? values[i] * scale : 0.0F;
    }
  });
}

void CpuBackend::do_sgd_step(const DeviceTensor& gradient, const SgdSpec& spec, DeviceTensor& velocity, DeviceTensor& weight) {
  const float* g = data(gradient);
  float* v = data(velocity);
  float* w = data(weight);
  for_ranges(context_, weight.size(), kGrain, [&](std::size_t begin, std::size_t end, int) {
    for (std::size_t i = begin; i < end; ++i) {
      v[i] = spec.momentum * v[i] + g[i] + spec.decay * w[i];
      w[i] -= spec.rate * v[i];
    }
  });
}

void CpuBackend::do_limit_rms(float limit, DeviceTensor& weight) {
  const std::size_t item = weight.shape().item();
  for_ranges(context_, static_cast<std::size_t>(weight.shape().n), kGrain / item, [&](std::size_t begin, std::size_t end, int) {
    for (std::size_t n = begin; n < end; ++n) {
      float* filter = data(weight) + n * item;
      const double rms = std::sqrt(sum_of_squares(filter, item) / static_cast<double>(item));
      if (!(rms > static_cast<double>(limit))) continue;
      const auto scale = static_cast<float>(static_cast<double>(limit) / rms);
      for (std::size_t i = 0; i < item; ++i) filter[i] *= scale;
    }
  });
}

}  // namespace zf::cpu
