// Sums, products and copies of maps.
#include <algorithm>

#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/cpu/ranges.h"
#include "core/backend/cpu/storage.h"

namespace zf::cpu {

void CpuBackend::do_add(const DeviceTensor& a, const DeviceTensor& b, bool relu, DeviceTensor& y) {
  const float* first = data(a);
  const float* second = data(b);
  float* to = data(y);
  for_ranges(context_, y.size(), kGrain, [&](std::size_t begin, std::size_t end, int) {
    if (relu) {
      for (std::size_t i = begin; i < end; ++i) {
        const float sum = first[i] + second[i];
        to[i] = sum < 0 ? 0.0F : sum;
      }
    } else {
      for (std::size_t i = begin; i < end; ++i) to[i] = first[i] + second[i];
    }
  });
}

void CpuBackend::do_multiply(const DeviceTensor& a, const DeviceTensor& b, DeviceTensor& y) {
  const Shape& in = a.shape();
  if (b.shape() == in) {
    return for_ranges(context_, y.size(), kGrain, [&](std::size_t begin, std::size_t end, int) {
      std::transform(data(a) + begin, data(a) + end, data(b) + begin, data(y) + begin, [](float one, float other) { return one * other; });
    });
  }
  for_planes(context_, in, [&](std::size_t plane, int) {
    const float factor = data(b)[plane];
    const float* from = data(a) + plane * in.plane();
    std::transform(from, from + in.plane(), data(y) + plane * in.plane(), [factor](float value) { return value * factor; });
  });
}

void CpuBackend::do_copy_maps(const DeviceTensor& from, int first, int count, DeviceTensor& to, int to_first) {
  const Shape& in = from.shape();
  const auto maps = static_cast<std::size_t>(count);
  for_planes(context_, {in.n, count, in.h, in.w}, [&](std::size_t plane, int) {
    const std::size_t n = plane / maps;
    const std::size_t map = plane % maps;
    const std::size_t source = n * in.item() + (map + static_cast<std::size_t>(first)) * in.plane();
    const std::size_t target = n * to.shape().item() + (map + static_cast<std::size_t>(to_first)) * in.plane();
    std::copy_n(data(from) + source, in.plane(), data(to) + target);
  });
}

}  // namespace zf::cpu
