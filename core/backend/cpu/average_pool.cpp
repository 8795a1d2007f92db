// Average pooling and its transpose: first along one axis into a row, then along the other.
#include <algorithm>
#include <numeric>

#include "core/backend/cpu/correlate.h"
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

/// y[i] += from[i * step].
void add_every(int count, const float* from, int step, float* scratch, float* y) {
  if (step == 2) {
    take_every_second(from, count, scratch);
    from = scratch;
  }
  if (step <= 2) return add_scaled(count, 1.0F, from, y);
  for (int i = 0; i < count; ++i) y[i] += from[static_cast<std::ptrdiff_t>(i) * step];
}

/// The windows of one axis over `sums`, times `share`; those that lie inside all at once, a place of the window after the other.
void pool_row(const float* sums, const Axis& axis, float share, int outputs, float* scratch, float* y) {
  const AveragePoolSpec& spec = axis.spec;
  const int room = axis.plane + spec.pad - axis.kernel;
  const int first = std::min((spec.pad + spec.stride - 1) / spec.stride, outputs);
  const int end = std::clamp(room < 0 ? 0 : room / spec.stride + 1, first, outputs);
  const auto pool_one = [&](int ox) {
    const Span summed = axis.places(ox);
    y[ox] = std::accumulate(sums + summed.begin, sums + summed.end, 0.0F) * (share / axis.counted(ox));
  };
  for (int ox = 0; ox < first; ++ox) pool_one(ox);
  for (int ox = end; ox < outputs; ++ox) pool_one(ox);
  if (first == end) return;
  std::fill(y + first, y + end, 0.0F);
  for (int k = 0; k < axis.kernel; ++k) {
    add_every(end - first, sums + static_cast<std::ptrdiff_t>(first) * spec.stride - spec.pad + k, spec.stride, scratch, y + first);
  }
  const float scale = share / static_cast<float>(axis.kernel);
  for (int ox = first; ox < end; ++ox) y[ox] *= scale;
}

/// `scratch` takes in.w sums and out.w more.
void pool_plane(const float* x, const Axis& rows, const Axis& columns, Size out, float* scratch, float* y) {
  const int width = columns.plane;
  for (int oy = 0; oy < out.h; ++oy, y += out.w) {
    const Span taken = rows.places(oy);
    const float* line = x + static_cast<std::ptrdiff_t>(taken.begin) * width;
    std::copy_n(line, width, scratch);
    for (int iy = taken.begin + 1; iy < taken.end; ++iy) {
      line += width;
      add_scaled(width, 1.0F, line, scratch);
    }
    pool_row(scratch, columns, 1 / rows.counted(oy), out.w, scratch + width, y);
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
    if (whole) {
      *to = sum(from, static_cast<int>(in.plane())) / (rows.counted(0) * columns.counted(0));
      return;
    }
    pool_plane(from, rows, columns, out.map(),
               context_.local[static_cast<std::size_t>(thread)].floats(static_cast<std::size_t>(in.w) + static_cast<std::size_t>(out.w)),
               to);
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
