#include "core/backend/cpu/winograd_tiles.h"

#include <algorithm>

#include "core/backend/cpu/copy_floats.h"
#include "core/backend/cpu/gemm.h"
#include "core/backend/cpu/winograd_transform.h"

namespace zf::cpu {

namespace {

/// Floats between the data of two points, so that they do not fall into the same cache sets.
constexpr std::ptrdiff_t kPointGap = 16;

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

TileGrid tile_grid(const WinogradPlan& plan, int items, Size in, Origin shift, Size count) {
  // A transform takes whole vectors of a row's tiles. Measured: a tenth of the time of a tile's products.
  constexpr double kTransform = 0.1;
  const auto cost = [](const TileGrid& grid) {
    return grid.rows() * (grid.x.tiles + kTransform * round_up(grid.x.tiles, winograd_lanes()));
  };
  TileGrid best;
  for (const int joined_y : {1, 2, 4}) {
    for (const int joined_x : {1, 2, 4, 8, 16}) {
      const TileGrid grid{tile_axis(plan.y(), joined_y, in.h, shift.y, count.h), tile_axis(plan.x(), joined_x, in.w, shift.x, count.w),
                          items, shift};
      if (best.items == 0 || cost(grid) < cost(best)) best = grid;
    }
  }
  return best;
}

InputTiles::InputTiles(const WinogradPlan& plan, const TileGrid& grid, const float* x, const Shape& in, int groups)
    : plan_(plan), grid_(grid), x_(x), in_(in), groups_(groups), inputs_(in.c / groups), line_(winograd_line(plan, grid.x.tiles)) {}

void InputTiles::set_rows(int rows) {
  const int columns = (rows - 1) * grid_.x.tiles + round_up(grid_.x.tiles, winograd_lanes());
  pitch_ = odd_lines(columns);
}

std::ptrdiff_t InputTiles::group_pitch() const {
  return static_cast<std::ptrdiff_t>(plan_.slots()) * inputs_ * pitch_ + WinogradPlan::kPoints * kPointGap;
}

std::size_t InputTiles::table_size() const {
  return (winograd_from_size(plan_) + winograd_to_size(plan_)) * sizeof(std::ptrdiff_t) / sizeof(float);
}

std::size_t InputTiles::work_size() const {
  return table_size() + static_cast<std::size_t>(plan_.y().extent()) * line_ + winograd_input_work(plan_, grid_.x.tiles);
}

std::ptrdiff_t InputTiles::at(int group, int point) const {
  return group * group_pitch() + point * kPointGap + static_cast<std::ptrdiff_t>(plan_.first_slot(point)) * inputs_ * pitch_;
}

void InputTiles::transform(int row, int rows, int first, int last, float* to, float* work) const {
  auto* offsets = reinterpret_cast<std::ptrdiff_t*>(work);
  const WinogradInputTable table{
      &plan_, grid_.x.tiles, {offsets, winograd_from_size(plan_)}, {offsets + winograd_from_size(plan_), winograd_to_size(plan_)}};
  winograd_fill_table(static_cast<std::ptrdiff_t>(inputs_) * pitch_, kPointGap, table);
  float* lines = work + table_size();
  WinogradInput input;
  input.table = &table;
  input.lines = lines;
  input.pitch = line_;
  input.work = lines + static_cast<std::ptrdiff_t>(plan_.y().extent()) * line_;
  for (int c = first; c < last; ++c) {
    input.to = to + c / inputs_ * group_pitch() + static_cast<std::ptrdiff_t>(c % inputs_) * pitch_;
    for (int i = 0; i < rows; ++i, input.to += grid_.x.tiles) {
      fetch_lines(c, row + i, lines);
      winograd_input(input);
    }
  }
}

void InputTiles::fetch_lines(int channel, int row, float* lines) const {
  const int mosaic = row / grid_.y.tiles;
  const int step_y = grid_.y.pitch * plan_.y().in_step;
  const int step_x = grid_.x.pitch * plan_.x().in_step;
  const int first_y = row % grid_.y.tiles * kWinogradOutputs * plan_.y().in_step + plan_.y().offsets.front() + grid_.shift.y;
  const int first_x = plan_.x().offsets.front() + grid_.shift.x;
  for (int i = 0; i < plan_.y().extent(); ++i, lines += line_) {
    const int y = first_y + i;
    const int jy = y < 0 ? -1 : y / step_y;
    int done = 0;  // of the line
    const bool inside = jy >= 0 && jy < grid_.y.joined && y - jy * step_y < in_.h;
    for (int jx = 0; inside && jx < grid_.x.joined; ++jx) {
      const int item = grid_.item(mosaic, jy, jx);
      if (item >= grid_.items) break;
      const int left = jx * step_x - first_x;  // of the map in the line
      const int from = std::max(0, -left);
      const int until = std::min({in_.w, step_x, line_ - left});  // nobody reads what the next map's first columns would hide
      if (from >= until) break;
      std::fill(lines + done, lines + left + from, 0.0F);
      copy_floats(x_ + ((static_cast<std::size_t>(item) * in_.c + channel) * in_.h + (y - jy * step_y)) * in_.w + from, until - from,
                  lines + left + from);
      done = left + until;
    }
    std::fill(lines + done, lines + line_, 0.0F);
  }
}

}  // namespace zf::cpu
