// Average pooling and its transpose: first along one axis into a row, then along the other.
#include <algorithm>

#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/cpu/gemm_vector.h"
#include "core/backend/cpu/ranges.h"
#include "core/backend/cpu/storage.h"
#include "core/backend/cpu/window.h"

namespace zf::cpu {

namespace {

/// One axis of a pooling: `plane` places, windows of `kernel`.
struct Axis {
  int plane;
  int kernel;
  const AveragePoolSpec& spec;

  /// The places inside the plane of window i.
  [[nodiscard]] Span places(int i) const {
    const int begin = i * spec.stride - spec.pad;
    return {std::max(begin, 0), std::min(begin + kernel, plane)};
  }
  /// By how many window i divides.
  [[nodiscard]] float counted(int i) const {
    const int begin = i * spec.stride - spec.pad;
    return static_cast<float>(spec.count_pad ? std::min(begin + kernel, plane + spec.pad) - begin : places(i).end - places(i).begin);
  }
};

/// A pooling that one window covers wholly.
void pool_whole(const float* x, Size in, float counted, float* y) { *y = sum(x, in.h * in.w) / counted; }

/// `row` takes in.w sums.
void pool_plane(const float* x, const Axis& rows, const Axis& columns, Size out, float* row, float* y) {
  const int width = columns.plane;
  for (int oy = 0; oy < out.h; ++oy, y += out.w) {
    const Span taken = rows.places(oy);
    const float* line = x + static_cast<std::ptrdiff_t>(taken.begin) * width;
    std::copy_n(line, width, row);
    for (int iy = taken.begin + 1; iy < taken.end; ++iy) {
      line += width;
      add_scaled(width, 1.0F, line, row);
    }
    const float share = 1 / rows.counted(oy);
    for (int ox = 0; ox < out.w; ++ox) {
      const Span summed = columns.places(ox);
      float total = row[summed.begin];
      for (int ix = summed.begin + 1; ix < summed.end; ++ix) total += row[ix];
      y[ox] = total * (share / columns.counted(ox));
    }
  }
}

/// One plane of an unpooling: g (in.h, in.w) at `from` of the pooled map -> gx (out.h, out.w) at `to`. `row` takes out.w sums.
struct Unpooling {
  Axis rows, columns;
  Size in, pooled, out;
  Window from, to;

  void run(const float* g, float* row, float* gx) const {
    std::fill_n(gx, static_cast<std::size_t>(out.h) * out.w, 0.0F);
    const Span taken = overlap(from.y, in.h, pooled.h);
    for (int y = taken.begin; y < taken.end; ++y) {
      const Span reached = reach(rows, from.y + y, to.y, out.h);
      if (reached.begin >= reached.end) continue;
      spread(g + static_cast<std::ptrdiff_t>(y) * in.w, 1 / rows.counted(from.y + y), row);
      for (int to_y = reached.begin; to_y < reached.end; ++to_y) {
        add_scaled(out.w, 1.0F, row, gx + static_cast<std::ptrdiff_t>(to_y) * out.w);
      }
    }
  }

 private:
  /// The places of window i within the output along an axis; none where begin is not below end.
  static Span reach(const Axis& axis, int i, int at, int size) {
    const Span places = axis.places(i);
    return {std::max(places.begin - at, 0), std::min(places.end - at, size)};
  }

  void spread(const float* g, float share, float* row) const {
    std::fill_n(row, out.w, 0.0F);
    const Span taken = overlap(from.x, in.w, pooled.w);
    for (int x = taken.begin; x < taken.end; ++x) {
      const Span reached = reach(columns, from.x + x, to.x, out.w);
      const float value = g[x] * (share / columns.counted(from.x + x));
      for (int to_x = reached.begin; to_x < reached.end; ++to_x) row[to_x] += value;
    }
  }
};

}  // namespace

void CpuBackend::do_average_pool(const DeviceTensor& x, const AveragePoolSpec& spec, DeviceTensor& y) {
  const Shape& in = x.shape();
  const Shape& out = y.shape();
  const Axis rows{in.h, spec.kernel.h, spec};
  const Axis columns{in.w, spec.kernel.w, spec};
  const bool whole = out.plane() == 1 && rows.places(0).size() == static_cast<std::size_t>(in.h) &&
                     columns.places(0).size() == static_cast<std::size_t>(in.w);
  for_planes(context_, in, [&](std::size_t plane, int thread) {
    const float* from = data(x) + plane * in.plane();
    float* to = data(y) + plane * out.plane();
    if (whole) return pool_whole(from, in.map(), rows.counted(0) * columns.counted(0), to);
    pool_plane(from, rows, columns, out.map(), context_.local[static_cast<std::size_t>(thread)].floats(static_cast<std::size_t>(in.w)), to);
  });
}

void CpuBackend::do_average_unpool(const DeviceTensor& g, Windows g_at, const AveragePoolSpec& spec, Size plane, Windows out_at,
                                   DeviceTensor& gx) {
  const Shape& in = g.shape();
  const Shape& out = gx.shape();
  const Size pooled{output_size(plane.h, spec.kernel.h, spec.stride, spec.pad, spec.ceil),
                    output_size(plane.w, spec.kernel.w, spec.stride, spec.pad, spec.ceil)};
  for_planes(context_, out, [&](std::size_t index, int thread) {
    const int n = static_cast<int>(index / static_cast<std::size_t>(out.c));
    const Unpooling unpooling{{plane.h, spec.kernel.h, spec},
                              {plane.w, spec.kernel.w, spec},
                              in.map(),
                              pooled,
                              out.map(),
                              window_of(g_at, n),
                              window_of(out_at, n)};
    unpooling.run(data(g) + index * in.plane(), context_.local[static_cast<std::size_t>(thread)].floats(static_cast<std::size_t>(out.w)),
                  data(gx) + index * out.plane());
  });
}

}  // namespace zf::cpu
