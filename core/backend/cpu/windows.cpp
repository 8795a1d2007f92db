#include <algorithm>

#include "core/backend/cpu/copy_floats.h"
#include "core/backend/cpu/cpu_backend.h"
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

/// A plane of a window: the map that it is cut from at (y, x), its own memory, and the rows and columns of it that lie on the map.
struct Cut {
  Plane map;
  int y;
  int x;
  Plane window;
  Span rows;
  Span columns;
};

/// Calls visit(the plane's number, its Cut) for every plane of the windows `y` of x.
template <typename Visit>
void for_windows(Context& context, const DeviceTensor& x, Windows at, DeviceTensor& y, const Visit& visit) {
  const Shape& in = x.shape();
  const Shape& out = y.shape();
  for_planes(context, out, [&](std::size_t plane, int) {
    const std::size_t channel = plane % static_cast<std::size_t>(out.c);
    const Window& window = at[plane / static_cast<std::size_t>(out.c)];
    const std::size_t source = static_cast<std::size_t>(window.image) * static_cast<std::size_t>(in.c) + channel;
    visit(plane, Cut{{data(x) + source * in.plane(), in.h, in.w},
                     window.y,
                     window.x,
                     {data(y) + plane * out.plane(), out.h, out.w},
                     overlap(window.y, out.h, in.h),
                     overlap(window.x, out.w, in.w)});
  });
}

[[nodiscard]] Span common(Span span, int begin, int size) {
  const int from = std::clamp(begin, span.begin, span.end);
  return {from, std::clamp(begin + size, from, span.end)};
}

/// Calls visit(change, map, window, columns) for every row of a plane's window that both the map and the plane's change hold, with
/// pointers to the first of those columns.
template <typename Visit>
void for_changed_rows(const Cut& cut, std::size_t plane, const DeviceTensor& changed, Windows changed_at, const Visit& visit) {
  const Shape& shape = changed.shape();
  const Plane over{data(changed) + plane * shape.plane(), shape.h, shape.w};
  const Window& over_at = changed_at[plane / static_cast<std::size_t>(shape.c)];
  const int y = over_at.y - cut.y;
  const int x = over_at.x - cut.x;
  const Span rows = common(cut.rows, y, over.h);
  const Span columns = common(cut.columns, x, over.w);
  if (columns.empty()) return;
  for (int row = rows.begin; row < rows.end; ++row) {
    visit(over.at(row - y, columns.begin - x), cut.map.at(cut.y + row, cut.x + columns.begin), cut.window.at(row, columns.begin),
          columns.end - columns.begin);
  }
}

/// Copies the window from the map.
void gather(const Cut& cut, float outside) {
  const Plane& window = cut.window;
  for (int row = 0; row < window.h; ++row) {
    float* out = window.at(row, 0);
    if (row < cut.rows.begin || row >= cut.rows.end || cut.columns.empty()) {
      std::fill_n(out, window.w, outside);
      continue;
    }
    std::fill_n(out, cut.columns.begin, outside);
    copy_floats(cut.map.at(cut.y + row, cut.x + cut.columns.begin), cut.columns.end - cut.columns.begin, out + cut.columns.begin);
    std::fill(out + cut.columns.end, out + window.w, outside);
  }
}

void rectify(const Plane& plane) {
  const std::ptrdiff_t count = static_cast<std::ptrdiff_t>(plane.h) * plane.w;
  for (std::ptrdiff_t i = 0; i < count; ++i) plane.data[i] = plane.data[i] < 0 ? 0.0F : plane.data[i];
}

/// Lays the part of a square whose corner lies at (top, left) of the map over the window.
void lay_square(const Cut& cut, const Square& square, int top, int left, float fill) {
  const Span rows = common(cut.rows, top - cut.y, square.side);
  const Span columns = common(cut.columns, left - cut.x, square.side);
  for (int row = rows.begin; row < rows.end; ++row) {
    for (int column = columns.begin; column < columns.end; ++column) {
      const int y = cut.y + row - top;
      const int x = cut.x + column - left;
      const int inside = std::min({y, x, square.side - 1 - y, square.side - 1 - x});
      const float share =
          square.soft_edge == 0 ? 1.0F : std::min(1.0F, (static_cast<float>(inside) + 0.5F) / static_cast<float>(square.soft_edge));
      float& value = *cut.window.at(row, column);
      value = share * fill + (1 - share) * value;
    }
  }
}

}  // namespace

void CpuBackend::do_windows(const DeviceTensor& x, Windows at, const Overlay& overlay, const DeviceTensor* changed, Windows changed_at,
                            DeviceTensor& y) {
  for_windows(context_, x, at, y, [&](std::size_t plane, const Cut& cut) {
    if (overlay.kind == Overlay::Kind::kDifference) {
      std::fill_n(cut.window.data, y.shape().plane(), 0.0F);
    } else {
      gather(cut, overlay.outside);
    }
    if (changed != nullptr) {
      switch (overlay.kind) {
        case Overlay::Kind::kReplace:
          for_changed_rows(cut, plane, *changed, changed_at,
                           [](const float* change, const float* /*map*/, float* to, int count) { copy_floats(change, count, to); });
          break;
        case Overlay::Kind::kDifference:
          for_changed_rows(cut, plane, *changed, changed_at, [](const float* change, const float* map, float* to, int count) {
            for (int i = 0; i < count; ++i) to[i] = change[i] - map[i];
          });
          break;
        case Overlay::Kind::kSum:
          for_changed_rows(cut, plane, *changed, changed_at, [](const float* difference, const float* /*map*/, float* to, int count) {
            for (int i = 0; i < count; ++i) to[i] += difference[i];
          });
          break;
      }
    }
    if (overlay.relu) rectify(cut.window);
  });
}

void CpuBackend::do_cover(const DeviceTensor& x, Windows at, const Square& square, Windows squares, DeviceTensor& y) {
  const std::size_t channels = square.fill.size();
  for_windows(context_, x, at, y, [&](std::size_t plane, const Cut& cut) {
    gather(cut, 0.0F);
    const Window& corner = squares[plane / channels];
    lay_square(cut, square, corner.y, corner.x, square.fill[plane % channels]);
  });
}

}  // namespace zf::cpu
