#include "core/backend/cpu/winograd_tiles.h"

#include <algorithm>
#include <array>

namespace zf::cpu {

namespace {

[[nodiscard]] int divide_up(int value, int by) { return (value + by - 1) / by; }

[[nodiscard]] TileAxis tile_axis(const WinogradAxis& axis, int joined, int in, int shift, int count) {
  TileAxis tiles;
  tiles.joined = joined;
  tiles.count = count;
  // Neither the last output of a map may read the next map's first input, nor that map's first output this map's last input.
  const int first = axis.first + shift;
  const int last = (count - 1) * axis.in_step + axis.last + shift;
  tiles.pitch = std::max({count, divide_up(last + 1, axis.in_step), divide_up(in - first, axis.in_step)});
  tiles.tiles = divide_up((joined - 1) * tiles.pitch + count, kWinogradOutputs);
  return tiles;
}

}  // namespace

TileGrid tile_grid(const WinogradPlan& plan, int items, Size in, int shift, Size count) {
  TileGrid best;
  constexpr std::array<int, 3> kJoined{1, 2, 4};
  for (const int joined_y : kJoined) {
    for (const int joined_x : kJoined) {
      const TileGrid grid{tile_axis(plan.y(), joined_y, in.h, shift, count.h), tile_axis(plan.x(), joined_x, in.w, shift, count.w), items,
                          shift};
      if (best.items == 0 || grid.rows() * grid.x.tiles < best.rows() * best.x.tiles) best = grid;
    }
  }
  return best;
}

void fetch_lines(const WinogradPlan& plan, const TileGrid& grid, const float* x, const Shape& in, int channel, int row, int line,
                 float* lines) {
  const int mosaic = row / grid.y.tiles;
  const int step_y = grid.y.pitch * plan.y().in_step;
  const int step_x = grid.x.pitch * plan.x().in_step;
  const int first_y = row % grid.y.tiles * kWinogradOutputs * plan.y().in_step + plan.y().offsets.front() + grid.shift;
  const int first_x = plan.x().offsets.front() + grid.shift;
  std::fill_n(lines, static_cast<std::ptrdiff_t>(plan.y().extent()) * line, 0.0F);
  for (int i = 0; i < plan.y().extent(); ++i, lines += line) {
    const int y = first_y + i;
    const int jy = y < 0 ? -1 : y / step_y;
    if (jy < 0 || jy >= grid.y.joined || y - jy * step_y >= in.h) continue;
    for (int jx = 0; jx < grid.x.joined; ++jx) {
      const int item = grid.item(mosaic, jy, jx);
      if (item >= grid.items) break;
      const int left = jx * step_x - first_x;  // of the map in the line
      const int from = std::max(0, -left);
      const int until = std::min(in.w, line - left);
      const float* map = x + ((static_cast<std::size_t>(item) * in.c + channel) * in.h + (y - jy * step_y)) * in.w;
      if (from < until) std::copy(map + from, map + until, lines + left + from);
    }
  }
}

}  // namespace zf::cpu
