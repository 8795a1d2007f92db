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

/// Copies the part of `over`, whose corner lies at (y, x) of the window, that the window and the map in it hold.
void overlay(const Plane& over, int y, int x, Span rows, Span columns, const Plane& window) {
  const int top = std::max(rows.begin, y);
  const int bottom = std::min(rows.end, y + over.h);
  const int left = std::max(columns.begin, x);
  const int right = std::min(columns.end, x + over.w);
  if (left >= right) return;
  for (int row = top; row < bottom; ++row) copy_floats(over.at(row - y, left - x), right - left, window.at(row, left));
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

/// Adds factor * from[i] to to[i], then rectifies where `relu`.
void add_row(const float* from, int count, float factor, bool relu, float* to) {
  if (relu) {
    for (int i = 0; i < count; ++i) {
      const float sum = to[i] + factor * from[i];
      to[i] = sum < 0 ? 0.0F : sum;
    }
  } else {
    for (int i = 0; i < count; ++i) to[i] += factor * from[i];
  }
}

void rectify_row(int count, float* to) {
  for (int i = 0; i < count; ++i) to[i] = to[i] < 0 ? 0.0F : to[i];
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
  const Shape& in = x.shape();
  const Shape& out = y.shape();
  for_planes(context, out, [&](std::size_t plane, int) {
    const std::size_t item = plane / static_cast<std::size_t>(out.c);
    const std::size_t channel = plane % static_cast<std::size_t>(out.c);
    const Window& window = at[item];
    const Span rows = overlap(window.y, out.h, in.h);
    const Span columns = overlap(window.x, out.w, in.w);
    const std::size_t source = static_cast<std::size_t>(window.image) * static_cast<std::size_t>(in.c) + channel;
    const Plane to{data(y) + plane * out.plane(), out.h, out.w};
    gather({data(x) + source * in.plane(), in.h, in.w}, window.y, window.x, rows, columns, outside, to);
    if (changed == nullptr) return;
    const Shape& over = changed->shape();
    const Window& over_at = changed_at[item];
    overlay({data(*changed) + plane * over.plane(), over.h, over.w}, over_at.y - window.y, over_at.x - window.x, rows, columns, to);
  });
}

void add_windows(Context& context, const DeviceTensor& x, Windows at, float factor, bool relu, DeviceTensor& y) {
  const Shape& in = x.shape();
  const Shape& out = y.shape();
  for_planes(context, out, [&](std::size_t plane, int) {
    const std::size_t channel = plane % static_cast<std::size_t>(out.c);
    const Window& window = at[plane / static_cast<std::size_t>(out.c)];
    const Span rows = overlap(window.y, out.h, in.h);
    const Span columns = overlap(window.x, out.w, in.w);
    const std::size_t source = static_cast<std::size_t>(window.image) * static_cast<std::size_t>(in.c) + channel;
    const Plane from{data(x) + source * in.plane(), in.h, in.w};
    const Plane to{data(y) + plane * out.plane(), out.h, out.w};
    for (int row = 0; row < out.h; ++row) {
      const bool held = row >= rows.begin && row < rows.end && !columns.empty();
      if (!held) {
        if (relu) rectify_row(out.w, to.at(row, 0));
        continue;
      }
      if (relu) rectify_row(columns.begin, to.at(row, 0));
      add_row(from.at(window.y + row, window.x + columns.begin), columns.end - columns.begin, factor, relu, to.at(row, columns.begin));
      if (relu) rectify_row(out.w - columns.end, to.at(row, columns.end));
    }
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
