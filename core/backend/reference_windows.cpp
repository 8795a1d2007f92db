// Windows and probes.
#include <algorithm>

#include "core/backend/reference.h"

namespace zf::reference {

namespace {

/// Calls body(value of the map, value of the change, element of y) for every element of windows y of x that changes are laid over;
/// null where there is no map or no change. A change outside of the map is none.
template <typename Body>
void for_each_laid(const DeviceTensor& x, Windows at, const DeviceTensor* changed, Windows changed_at, DeviceTensor& y, const Body& body) {
  const View in(x);
  const View out(y);
  for_each(out.shape, [&](int n, int c, int row, int column) {
    const Window window = at[static_cast<std::size_t>(n)];
    const int fy = window.y + row;
    const int fx = window.x + column;
    const float* map = in.inside(fy, fx) ? &in(window.image, c, fy, fx) : nullptr;
    const float* change = nullptr;
    if (changed != nullptr && map != nullptr) {
      const View over(*changed);
      const Window over_at = changed_at[static_cast<std::size_t>(n)];
      if (over.inside(fy - over_at.y, fx - over_at.x)) change = &over(n, c, fy - over_at.y, fx - over_at.x);
    }
    body(map, change, out(n, c, row, column));
  });
}

}  // namespace

void ReferenceBackend::do_windows(const DeviceTensor& x, Windows at, const Overlay& overlay, const DeviceTensor* changed,
                                  Windows changed_at, DeviceTensor& y) {
  for_each_laid(x, at, changed, changed_at, y, [&overlay](const float* map, const float* change, float& to) {
    const float under = map != nullptr ? *map : overlay.outside;
    switch (overlay.kind) {
      case Overlay::Kind::kReplace:
        to = change != nullptr ? *change : under;
        break;
      case Overlay::Kind::kDifference:
        to = change != nullptr ? *change - under : 0.0F;
        break;
      case Overlay::Kind::kSum:
        to = change != nullptr ? under + *change : under;
        break;
    }
    if (overlay.relu && to < 0) to = 0;
  });
}

void ReferenceBackend::do_cover(const DeviceTensor& x, Windows at, const Square& square, Windows squares, DeviceTensor& y) {
  const View in(x);
  const View out(y);
  for_each(out.shape, [&](int n, int c, int row, int column) {
    const Window window = at[static_cast<std::size_t>(n)];
    const Window corner = squares[static_cast<std::size_t>(n)];
    const int fy = window.y + row;
    const int fx = window.x + column;
    if (!in.inside(fy, fx)) {
      out(n, c, row, column) = 0;
      return;
    }
    const int inside = std::min({fy - corner.y, fx - corner.x, corner.y + square.side - 1 - fy, corner.x + square.side - 1 - fx});
    double share = inside < 0 ? 0 : 1;
    if (inside >= 0 && square.soft_edge > 0) share = std::min(1.0, (inside + 0.5) / square.soft_edge);
    const double fill = static_cast<double>(square.fill[static_cast<std::size_t>(c)]);
    out(n, c, row, column) = static_cast<float>(share * fill + (1 - share) * static_cast<double>(in(window.image, c, fy, fx)));
  });
}

void ReferenceBackend::do_put(std::span<const Point> points, DeviceTensor& x) {
  const View out(x);
  for (const Point& point : points) out(point.item, point.map, point.y, point.x) = point.value;
}

void ReferenceBackend::do_channel_max(const DeviceTensor& x, DeviceTensor& values, DeviceSwitches& places) {
  const View in(x);
  const View top(values);
  const View top_at(places);
  for (int n = 0; n < in.shape.n; ++n) {
    for (int c = 0; c < in.shape.c; ++c) {
      const float* map = &in(n, c, 0, 0);
      const float* best = std::max_element(map, map + in.shape.plane());
      top(n, c, 0, 0) = *best;
      top_at(n, c, 0, 0) = static_cast<std::uint32_t>(best - map);
    }
  }
}

void ReferenceBackend::do_channel_sum(const DeviceTensor& x, DeviceTensor& sums) {
  const View in(x);
  const View out(sums);
  for_each(out.shape, [&](int n, int c, int, int) {
    double sum = 0;
    for_each({1, 1, in.shape.h, in.shape.w}, [&](int, int, int row, int column) { sum += static_cast<double>(in(n, c, row, column)); });
    out(n, c, 0, 0) = static_cast<float>(sum);
  });
}

}  // namespace zf::reference
