#include <algorithm>
#include <cstddef>

#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/cpu/pool_rows.h"
#include "core/backend/cpu/ranges.h"
#include "core/backend/cpu/storage.h"

namespace zf::cpu {

namespace {

constexpr int kPitchStep = 64;  // elements; at least the longest vector

/// First along the rows, each once, into a ring of as many rows as the kernel has; then down the columns of the ring. Both
/// steps keep the first of equals, so that of a window's equal maxima the first in row-major order holds the switch.
void pool_plane(const float* map, Size in, const PoolSpec& spec, Size out, const Maxima& ring, int pitch, const Maxima& result) {
  int next = 0;  // row of the plane that the ring takes next
  for (int oy = 0; oy < out.h; ++oy) {
    const int top = std::max(oy * spec.stride - spec.pad, 0);
    const int bottom = std::min(oy * spec.stride - spec.pad + spec.kernel, in.h);
    for (int y = std::max(top, next); y < bottom; ++y) {
      const std::ptrdiff_t slot = static_cast<std::ptrdiff_t>(y % spec.kernel) * pitch;
      pool_row(map + static_cast<std::ptrdiff_t>(y) * in.w, in.w, static_cast<std::uint32_t>(y * in.w), spec, out.w, ring.from(slot));
    }
    next = bottom;
    const std::ptrdiff_t row = static_cast<std::ptrdiff_t>(oy) * out.w;
    pool_column(ring, pitch, spec.kernel, top, bottom - top, out.w, result.from(row));
  }
}

/// `places` may be null.
void pool(Context& context, const DeviceTensor& x, const PoolSpec& spec, const Shape& out, float* values, std::uint32_t* places) {
  const Shape& in = x.shape();
  const int pitch = (out.w + kPitchStep - 1) / kPitchStep * kPitchStep;
  const auto ring_size = static_cast<std::size_t>(spec.kernel) * static_cast<std::size_t>(pitch);
  for_planes(context, in, [&](std::size_t plane, int thread) {
    float* memory = context.local[static_cast<std::size_t>(thread)].floats(2 * ring_size);
    const Maxima ring{memory, places == nullptr ? nullptr : reinterpret_cast<std::uint32_t*>(memory + ring_size)};
    const auto at = static_cast<std::ptrdiff_t>(plane * out.plane());
    pool_plane(data(x) + plane * in.plane(), in.map(), spec, out.map(), ring, pitch, Maxima{values, places}.from(at));
  });
}

}  // namespace

void CpuBackend::do_max_pool(const DeviceTensor& x, const PoolSpec& spec, DeviceTensor& y, DeviceSwitches& switches) {
  pool(context_, x, spec, y.shape(), data(y), data(switches));
}

void CpuBackend::do_maxima(const DeviceTensor& x, const PoolSpec& spec, DeviceTensor& y) {
  pool(context_, x, spec, y.shape(), data(y), nullptr);
}

}  // namespace zf::cpu
