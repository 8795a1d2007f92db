#include <algorithm>

#include "core/backend/cpu/copy_floats.h"
#include "core/backend/cpu/kernels.h"
#include "core/backend/cpu/ranges.h"
#include "core/backend/cpu/storage.h"
#include "core/backend/cpu/window.h"

namespace zf::cpu {

namespace {

/// A plane of memory by its rows.
struct Plane {
  float* data;
  int h;
  int w;
  [[nodiscard]] float* at(int y, int x) const { return data + static_cast<std::ptrdiff_t>(y) * w + x; }
};

/// A window, and what of it lies on the map and under the change whose corner lies at (y, x) of the window.
struct Placed {
  Plane window;
  Span rows;  ///< on the map
  Span columns;
  Span changed_rows;  ///< on the map and under the change; none where either axis has none
  Span changed_columns;
  int y;
  int x;
};

[[nodiscard]] Span common(Span span, int begin, int size) {
  const int from = std::clamp(begin, span.begin, span.end);
  return {from, std::clamp(begin + size, from, span.end)};
}

/// Visits every plane of windows `y` of maps `x` that changes are laid over: visit(map's window, change, placed), where both planes
/// are to be read at the window's rows and columns.
template <typename Visit>
void for_placed(Context& context, const DeviceTensor& x, Windows at, const DeviceTensor& changed, Windows changed_at, DeviceTensor& y,
                const Visit& visit) {
  const Shape& in = x.shape();
  const Shape& over = changed.shape();
  const Shape& out = y.shape();
  for_planes(context, out, [&](std::size_t plane, int) {
    const std::size_t item = plane / static_cast<std::size_t>(out.c);
    const std::size_t channel = plane % static_cast<std::size_t>(out.c);
    const Window& window = at[item];
    const std::size_t source = static_cast<std::size_t>(window.image) * static_cast<std::size_t>(in.c) + channel;
    Placed placed{{data(y) + plane * out.plane(), out.h, out.w},
                  overlap(window.y, out.h, in.h),
                  overlap(window.x, out.w, in.w),
                  {},
                  {},
                  changed_at[item].y - window.y,
                  changed_at[item].x - window.x};
    placed.changed_rows = common(placed.rows, placed.y, over.h);
    placed.changed_columns = common(placed.columns, placed.x, over.w);
    if (placed.changed_columns.empty()) placed.changed_rows = {};
    visit(Plane{data(x) + source * in.plane(), in.h, in.w}, window, Plane{data(changed) + plane * over.plane(), over.h, over.w}, placed);
  });
}

/// The window whose corner lies at (y, x) of the map, which holds `rows` and `columns` of it.
void gather(const Plane& map, int y, int x, Span rows, Span columns, float outside, const Plane& window) {
  for (int row = 0; row < window.h; ++row) {
    float* out = window.at(row, 0);
    if (row < rows.begin || row >= rows.end || columns.empty()) {
      std::fill_n(out, window.w, outside);
      continue;
    }
    std::fill_n(out, columns.begin, outside);
    copy_floats(map.at(y + row, x + columns.begin), columns.end - columns.begin, out + columns.begin);
    std::fill(out + columns.end, out + window.w, outside);
  }
}

void rectify(const Plane& plane) {
  const std::ptrdiff_t count = static_cast<std::ptrdiff_t>(plane.h) * plane.w;
  for (std::ptrdiff_t i = 0; i < count; ++i) plane.data[i] = plane.data[i] < 0 ? 0.0F : plane.data[i];
}

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

void gather_windows(Context& context, const DeviceTensor& x, Windows at, float outside, const DeviceTensor* changed, Windows changed_at,
                    DeviceTensor& y) {
  if (changed != nullptr) {
    return for_placed(context, x, at, *changed, changed_at, y,
                      [&](const Plane& map, const Window& from, const Plane& over, const Placed& p) {
                        gather(map, from.y, from.x, p.rows, p.columns, outside, p.window);
                        const int first = p.changed_columns.begin;
                        const int count = p.changed_columns.end - first;
                        for (int row = p.changed_rows.begin; row < p.changed_rows.end; ++row)
                          copy_floats(over.at(row - p.y, first - p.x), count, p.window.at(row, first));
                      });
  }
  const Shape& in = x.shape();
  const Shape& out = y.shape();
  for_planes(context, out, [&](std::size_t plane, int) {
    const std::size_t channel = plane % static_cast<std::size_t>(out.c);
    const Window& window = at[plane / static_cast<std::size_t>(out.c)];
    const std::size_t source = static_cast<std::size_t>(window.image) * static_cast<std::size_t>(in.c) + channel;
    gather({data(x) + source * in.plane(), in.h, in.w}, window.y, window.x, overlap(window.y, out.h, in.h), overlap(window.x, out.w, in.w),
           outside, {data(y) + plane * out.plane(), out.h, out.w});
  });
}

void window_differences(Context& context, const DeviceTensor& x, Windows at, const DeviceTensor& changed, Windows changed_at,
                        DeviceTensor& y) {
  for_placed(context, x, at, changed, changed_at, y, [](const Plane& map, const Window& from, const Plane& over, const Placed& p) {
    std::fill_n(p.window.data, static_cast<std::ptrdiff_t>(p.window.h) * p.window.w, 0.0F);
    const int first = p.changed_columns.begin;
    const int count = p.changed_columns.end - first;
    for (int row = p.changed_rows.begin; row < p.changed_rows.end; ++row) {
      const float* clean = map.at(from.y + row, from.x + first);
      const float* now = over.at(row - p.y, first - p.x);
      float* to = p.window.at(row, first);
      for (int i = 0; i < count; ++i) to[i] = now[i] - clean[i];
    }
  });
}

void window_sums(Context& context, const DeviceTensor& x, Windows at, const DeviceTensor& differences, Windows differences_at, bool relu,
                 DeviceTensor& y) {
  for_placed(context, x, at, differences, differences_at, y,
             [relu](const Plane& map, const Window& from, const Plane& over, const Placed& p) {
               gather(map, from.y, from.x, p.rows, p.columns, 0.0F, p.window);
               const int first = p.changed_columns.begin;
               const int count = p.changed_columns.end - first;
               for (int row = p.changed_rows.begin; row < p.changed_rows.end; ++row) {
                 const float* difference = over.at(row - p.y, first - p.x);
                 float* to = p.window.at(row, first);
                 for (int i = 0; i < count; ++i) to[i] += difference[i];
               }
               if (relu) rectify(p.window);
             });
}

void channel_max(Context& context, const DeviceTensor& x, DeviceTensor& values, DeviceSwitches& places) {
  const Shape& in = x.shape();
  for_planes(context, in, [&](std::size_t plane, int) {
    const float* map = data(x) + plane * in.plane();
    const float* best = first_maximum(map, in.plane());
    data(values)[plane] = *best;
    data(places)[plane] = static_cast<std::uint32_t>(best - map);
  });
}

}  // namespace zf::cpu
