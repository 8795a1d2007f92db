#include <algorithm>
#include <cstddef>

#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/cpu/ranges.h"
#include "core/backend/cpu/storage.h"
#include "core/backend/cpu/window.h"

namespace zf::cpu {

namespace {

/// One plane of an unpooling.
struct Unpooling {
  const float* g;                 // (in.h, in.w) at `from`
  const std::uint32_t* switches;  // (pooled.h, pooled.w)
  float* gx;                      // (out.h, out.w) at `to`
  Size in, pooled, plane, out;
  Window from, to;
  PoolSpec spec;
};

/// Places of g, [begin, end), whose pooling windows, as far as the plane holds them, lie inside the output along one axis.
Span reaching(Span places, int from, int plane, int to, int out, const PoolSpec& spec) {
  const auto inside = [&](int i) {
    const int first = (from + i) * spec.stride - spec.pad;
    return std::max(first, 0) >= to && std::min(first + spec.kernel, plane) <= to + out;
  };
  while (!places.empty() && !inside(places.begin)) ++places.begin;
  while (!places.empty() && !inside(places.end - 1)) --places.end;
  return places;
}

/// Row `row` of g, whose values `columns` point into the output wherever their switches are. The switch's row is one of the
/// kernel's kKernel (0: any number): comparing is far faster than dividing.
template <int kKernel>
void scatter_inside(const Unpooling& u, int row, Span columns) {
  const int kernel = kKernel == 0 ? u.spec.kernel : kKernel;
  const float* g = u.g + static_cast<std::ptrdiff_t>(row) * u.in.w;
  const std::uint32_t* switches = u.switches + static_cast<std::ptrdiff_t>(u.from.y + row) * u.pooled.w + u.from.x;
  const int narrower = u.plane.w - u.out.w;
  const int top = (u.from.y + row) * u.spec.stride - u.spec.pad;
  const int second = (top + 1) * u.plane.w;  // where the kernel's second row starts
  const int corner = u.to.y * u.out.w + u.to.x + top * narrower;
  for (int i = columns.begin; i < columns.end; ++i) {
    const int place = static_cast<int>(switches[i]);
    int rows = 0;
    for (int k = 0; k < kernel - 1; ++k) rows += place >= second + k * u.plane.w ? 1 : 0;
    u.gx[place - rows * narrower - corner] += g[i];
  }
}

/// The same for values that may point outside the output.
void scatter_border(const Unpooling& u, int row, Span columns) {
  for (int i = columns.begin; i < columns.end; ++i) {
    const auto place = static_cast<int>(u.switches[static_cast<std::ptrdiff_t>(u.from.y + row) * u.pooled.w + u.from.x + i]);
    const int y = place / u.plane.w - u.to.y;
    const int x = place % u.plane.w - u.to.x;
    if (y < 0 || y >= u.out.h || x < 0 || x >= u.out.w) continue;
    u.gx[static_cast<std::ptrdiff_t>(y) * u.out.w + x] += u.g[static_cast<std::ptrdiff_t>(row) * u.in.w + i];
  }
}

/// Scatters in one order, by one thread: values that meet always add up alike.
void unpool_plane(const Unpooling& u) {
  std::fill_n(u.gx, static_cast<std::ptrdiff_t>(u.out.h) * u.out.w, 0.0F);
  const Span rows = overlap(u.from.y, u.in.h, u.pooled.h);
  const Span columns = overlap(u.from.x, u.in.w, u.pooled.w);
  const Span inner_rows = reaching(rows, u.from.y, u.plane.h, u.to.y, u.out.h, u.spec);
  const Span inner_columns = reaching(columns, u.from.x, u.plane.w, u.to.x, u.out.w, u.spec);
  for (int row = rows.begin; row < rows.end; ++row) {
    if (row < inner_rows.begin || row >= inner_rows.end) {
      scatter_border(u, row, columns);
      continue;
    }
    scatter_border(u, row, {columns.begin, inner_columns.begin});
    switch (u.spec.kernel) {
      case 2:
        scatter_inside<2>(u, row, inner_columns);
        break;
      case 3:
        scatter_inside<3>(u, row, inner_columns);
        break;
      default:
        scatter_inside<0>(u, row, inner_columns);
    }
    scatter_border(u, row, {inner_columns.end, columns.end});
  }
}

}  // namespace

void CpuBackend::do_unpool(const DeviceTensor& g, Windows g_at, const DeviceSwitches& switches, const PoolSpec& spec, Size plane,
                           Windows out_at, DeviceTensor& gx) {
  const Shape& in = g.shape();
  const Shape& pooled = switches.shape();
  for_planes(context_, gx.shape(), [&](std::size_t index, int) {
    const int n = static_cast<int>(index) / in.c;
    const std::size_t c = index % static_cast<std::size_t>(in.c);
    const Window from = window_of(g_at, n);
    const std::size_t source = static_cast<std::size_t>(from.image) * pooled.item() + c * pooled.plane();
    unpool_plane({data(g) + index * in.plane(), data(switches) + source, data(gx) + index * gx.shape().plane(), in.map(), pooled.map(),
                  plane, gx.shape().map(), from, window_of(out_at, n), spec});
  });
}

}  // namespace zf::cpu
