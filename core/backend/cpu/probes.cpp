#include <algorithm>

#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/cpu/gemm_vector.h"
#include "core/backend/cpu/ranges.h"
#include "core/backend/cpu/storage.h"

namespace zf::cpu {

namespace {

/// The first maximum. Looks at blocks by their maximum, in lanes that the compiler turns into vectors, and then only into the
/// one that holds it.
const float* first_maximum(const float* map, std::size_t count) {
  constexpr std::size_t kLanes = 16;
  constexpr std::size_t kBlock = 16 * kLanes;
  const float* block = map;
  float best = map[0];
  std::size_t i = 0;
  for (; i + kBlock <= count; i += kBlock) {
    float lanes[kLanes];
    std::copy_n(map + i, kLanes, lanes);
    for (std::size_t j = i + kLanes; j < i + kBlock; j += kLanes) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) lanes[lane] = map[j + lane] > lanes[lane] ? map[j + lane] : lanes[lane];
    }
    const float top = *std::max_element(lanes, lanes + kLanes);
    if (top > best) {
      best = top;
      block = map + i;
    }
  }
  const float* first = std::max_element(block, std::min(block + kBlock, map + count));
  const float* rest = std::max_element(map + i, map + count);
  return rest != map + count && *rest > *first ? rest : first;
}

}  // namespace

void CpuBackend::do_put(std::span<const Point> points, DeviceTensor& x) {
  const Shape& shape = x.shape();
  for (const Point& point : points) {
    const std::size_t plane = static_cast<std::size_t>(point.item) * shape.item() + static_cast<std::size_t>(point.map) * shape.plane();
    data(x)[plane + static_cast<std::size_t>(point.y) * static_cast<std::size_t>(shape.w) + static_cast<std::size_t>(point.x)] = point.value;
  }
}

void CpuBackend::do_channel_max(const DeviceTensor& x, DeviceTensor& values, DeviceSwitches& places) {
  const Shape& in = x.shape();
  for_planes(context_, in, [&](std::size_t plane, int) {
    const float* map = data(x) + plane * in.plane();
    const float* best = first_maximum(map, in.plane());
    data(values)[plane] = *best;
    data(places)[plane] = static_cast<std::uint32_t>(best - map);
  });
}

void CpuBackend::do_channel_sum(const DeviceTensor& x, DeviceTensor& sums) {
  const Shape& in = x.shape();
  for_planes(context_, in, [&](std::size_t plane, int) {
    data(sums)[plane] = sum(data(x) + plane * in.plane(), static_cast<int>(in.plane()));
  });
}

}  // namespace zf::cpu
