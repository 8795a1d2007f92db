#include "core/figures/overlay.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/figures/triangle.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

/// The map's values at every pixel of width x height.
std::vector<float> resample_map(std::span<const float> map, Size size, int width, int height) {
  const std::vector<Taps> columns = triangle_taps(size.w, width);
  const std::vector<Taps> rows = triangle_taps(size.h, height);
  std::vector<float> line(static_cast<std::size_t>(size.w));
  std::vector<float> result;
  result.reserve(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  for (const Taps& row : rows) {
    std::fill(line.begin(), line.end(), 0.0F);
    for (std::size_t k = 0; k < row.weights.size(); ++k) {
      const auto in = map.subspan((static_cast<std::size_t>(row.first) + k) * line.size(), line.size());
      for (std::size_t x = 0; x < line.size(); ++x) line[x] += row.weights[k] * in[x];
    }
    for (const Taps& column : columns) {
      float sum = 0;
      for (std::size_t k = 0; k < column.weights.size(); ++k) sum += column.weights[k] * line[static_cast<std::size_t>(column.first) + k];
      result.push_back(sum);
    }
  }
  return result;
}

/// Rec. 709 luma.
Colour drained(Colour colour) {
  const double luma = 0.2126 * colour.r + 0.7152 * colour.g + 0.0722 * colour.b;
  const auto level = static_cast<std::uint8_t>(std::lround(luma));
  return {level, level, level};
}

void frame(Picture& picture, const Rect& rect, Colour colour, int thickness) {
  fill(picture, {rect.x, rect.y, rect.width, thickness}, colour);
  fill(picture, {rect.x, rect.y + rect.height - thickness, rect.width, thickness}, colour);
  fill(picture, {rect.x, rect.y, thickness, rect.height}, colour);
  fill(picture, {rect.x + rect.width - thickness, rect.y, thickness, rect.height}, colour);
}

}  // namespace

Picture heat_overlay(const Picture& photo, std::span<const float> map, Size size, const Range& range, Colormap colormap, float opacity) {
  if (size.h < 1 || size.w < 1 || map.size() != Shape{1, 1, size.h, size.w}.size()) {
    fail("expected a map of {}x{}, found {} values", size.h, size.w, map.size());
  }
  const std::vector<float> values = resample_map(map, size, photo.width, photo.height);
  Picture result = make_picture(photo.width, photo.height);
  const float* value = values.data();
  for (int y = 0; y < photo.height; ++y) {
    for (int x = 0; x < photo.width; ++x, ++value) {
      fill(result, {x, y, 1, 1}, drained(photo.at(x, y)));
      blend(result, x, y, colour_at(colormap, position(*value, range)), opacity);
    }
  }
  return result;
}

void outline(Picture& picture, const Rect& rect, Colour colour, int thickness) {
  constexpr Colour kEdge{20, 20, 24};
  const auto inset = [&](int by) { return Rect{rect.x + by, rect.y + by, rect.width - 2 * by, rect.height - 2 * by}; };
  if (rect.width < 1 || rect.height < 1) return;
  frame(picture, rect, kEdge, 1);
  frame(picture, inset(1 + thickness), kEdge, 1);
  frame(picture, inset(1), colour, thickness);
}

}  // namespace zf
