// The public half of Backend's windows, changes and probes.
#include "core/backend/checks.h"

namespace zf {

using namespace checks;

void Backend::overlay(const char* op, const DeviceTensor& x, Windows at, Size size, const Overlay& overlay, const DeviceTensor* changed,
                      Windows changed_at, DeviceTensor& y) {
  expect_own(op, "maps", x);
  expect_gathered(op, x, at, size, y);
  if (changed != nullptr) {
    expect_own(op, "changes", *changed);
    expect_laid(op, x, at, *changed, changed_at, y);
  }
  ensure(y, {static_cast<int>(at.size()), x.shape().c, size.h, size.w});
  do_windows(x, at, overlay, changed, changed_at, y);
}

void Backend::gather_windows(const DeviceTensor& x, Windows at, Size size, float outside, const DeviceTensor* changed, Windows changed_at,
                             DeviceTensor& y) {
  overlay("gather_windows", x, at, size, {.kind = Overlay::Kind::kReplace, .outside = outside}, changed, changed_at, y);
}

void Backend::window_differences(const DeviceTensor& x, Windows at, Size size, const DeviceTensor& changed, Windows changed_at,
                                 DeviceTensor& y) {
  overlay("window_differences", x, at, size, {.kind = Overlay::Kind::kDifference}, &changed, changed_at, y);
}

void Backend::window_sums(const DeviceTensor& x, Windows at, Size size, const DeviceTensor& differences, Windows differences_at, bool relu,
                          DeviceTensor& y) {
  overlay("window_sums", x, at, size, {.kind = Overlay::Kind::kSum, .relu = relu}, &differences, differences_at, y);
}

void Backend::cover(const DeviceTensor& x, Windows at, Size size, const Square& square, Windows squares, DeviceTensor& y) {
  expect_own("cover", "images", x);
  expect_gathered("cover", x, at, size, y);
  if (squares.size() != at.size()) fail("[cover] expected {} squares, found {}", at.size(), squares.size());
  if (std::cmp_not_equal(square.fill.size(), x.shape().c)) {
    fail("[cover] expected a fill of {} values, found {}", x.shape().c, square.fill.size());
  }
  if (square.side < 1) fail("[cover] expected a side of at least 1, found {}", square.side);
  if (square.soft_edge < 0 || 2 * square.soft_edge > square.side) {
    fail("[cover] expected a soft edge of 0 to {}, half the side, found {}", square.side / 2, square.soft_edge);
  }
  ensure(y, {static_cast<int>(at.size()), x.shape().c, size.h, size.w});
  do_cover(x, at, square, squares, y);
}

void Backend::put(std::span<const Point> points, DeviceTensor& x) {
  expect_own("put", "a tensor", x);
  const Shape& shape = x.shape();
  for (const Point& point : points) {
    const bool inside = point.item >= 0 && point.item < shape.n && point.map >= 0 && point.map < shape.c && point.y >= 0 &&
                        point.y < shape.h && point.x >= 0 && point.x < shape.w;
    if (inside) continue;
    fail("[put] expected points within {}, found item {}, map {}, row {}, column {}", to_string(shape), point.item, point.map, point.y,
         point.x);
  }
  if (!points.empty()) do_put(points, x);
}

void Backend::channel_max(const DeviceTensor& x, DeviceTensor& values, DeviceSwitches& places) {
  expect_own("channel_max", "maps", x);
  expect_apart("channel_max", x, values);
  const Shape& in = x.shape();
  if (in.plane() == 0) fail("[channel_max] expected maps that are not empty, found {}", to_string(in));
  ensure(values, {in.n, in.c, 1, 1});
  ensure(places, {in.n, in.c, 1, 1});
  do_channel_max(x, values, places);
}

void Backend::channel_sum(const DeviceTensor& x, DeviceTensor& sums) {
  expect_own("channel_sum", "maps", x);
  expect_apart("channel_sum", x, sums);
  const Shape& in = x.shape();
  ensure(sums, {in.n, in.c, 1, 1});
  do_channel_sum(x, sums);
}

}  // namespace zf
