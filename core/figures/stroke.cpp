#include "core/figures/stroke.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace zf {

namespace {

float distance_to_segment(PixelPoint p, PixelPoint a, PixelPoint b) {
  const float dx = b.x - a.x;
  const float dy = b.y - a.y;
  const float square = dx * dx + dy * dy;
  const float t = square > 0 ? std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / square, 0.0F, 1.0F) : 0.0F;
  return std::hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

/// How much of a pixel lies within `radius` of a line at this distance from its centre.
float coverage_at(float distance, float radius) { return std::clamp(radius + 0.5F - distance, 0.0F, 1.0F); }

/// Coverage of every pixel of a rectangle.
class Mask {
 public:
  explicit Mask(const Rect& area)
      : area_(area), coverage_(static_cast<std::size_t>(std::max(area.width, 0)) * static_cast<std::size_t>(std::max(area.height, 0))) {}

  void add_segment(PixelPoint a, PixelPoint b, float radius) {
    const float reach = radius + 1;
    const int left = std::max(static_cast<int>(std::floor(std::min(a.x, b.x) - reach)), area_.x);
    const int right = std::min(static_cast<int>(std::ceil(std::max(a.x, b.x) + reach)), area_.x + area_.width);
    const int top = std::max(static_cast<int>(std::floor(std::min(a.y, b.y) - reach)), area_.y);
    const int bottom = std::min(static_cast<int>(std::ceil(std::max(a.y, b.y) + reach)), area_.y + area_.height);
    for (int y = top; y < bottom; ++y) {
      for (int x = left; x < right; ++x) {
        const PixelPoint centre{static_cast<float>(x) + 0.5F, static_cast<float>(y) + 0.5F};
        float& covered = at(x, y);
        covered = std::max(covered, coverage_at(distance_to_segment(centre, a, b), radius));
      }
    }
  }

  void paint(Picture& picture, Colour colour) {
    for (int y = area_.y; y < area_.y + area_.height; ++y) {
      for (int x = area_.x; x < area_.x + area_.width; ++x) {
        if (const float covered = at(x, y); covered > 0) blend(picture, x, y, colour, covered);
      }
    }
  }

 private:
  float& at(int x, int y) {
    return coverage_[static_cast<std::size_t>(y - area_.y) * static_cast<std::size_t>(area_.width) + static_cast<std::size_t>(x - area_.x)];
  }

  Rect area_;
  std::vector<float> coverage_;
};

/// Cuts a line into dashes: calls dash(a, b) for every straight piece of one.
template <typename Dash>
void cut_into_dashes(std::span<const PixelPoint> points, float length, const Dash& dash) {
  float along = 0;  // since the start of the line
  for (std::size_t i = 1; i < points.size(); ++i) {
    const PixelPoint a = points[i - 1];
    const PixelPoint b = points[i];
    const float segment = std::hypot(b.x - a.x, b.y - a.y);
    for (float from = 0; from < segment;) {
      const auto cycle = static_cast<int>((along + from) / length + 1e-3F);
      const float to = std::min(static_cast<float>(cycle + 1) * length - along, segment);
      const auto point = [&](float t) { return PixelPoint{a.x + (b.x - a.x) * t / segment, a.y + (b.y - a.y) * t / segment}; };
      if (cycle % 2 == 0) dash(point(from), point(to));
      from = std::max(to, from + length * 1e-2F);
    }
    along += segment;
  }
}

}  // namespace

void draw_line(Picture& picture, std::span<const PixelPoint> points, const StrokeStyle& style, const Rect& clip) {
  Mask mask(clip);
  const float radius = style.width / 2;
  if (points.size() == 1) mask.add_segment(points[0], points[0], radius);
  if (style.dash > 0) {
    cut_into_dashes(points, style.dash, [&](PixelPoint a, PixelPoint b) { mask.add_segment(a, b, radius); });
  } else {
    for (std::size_t i = 1; i < points.size(); ++i) mask.add_segment(points[i - 1], points[i], radius);
  }
  mask.paint(picture, style.colour);
}

void draw_disc(Picture& picture, PixelPoint centre, float radius, Colour colour) {
  const int reach = static_cast<int>(std::ceil(radius)) + 1;
  const Rect area{static_cast<int>(centre.x) - reach, static_cast<int>(centre.y) - reach, 2 * reach + 1, 2 * reach + 1};
  Mask mask(area);
  mask.add_segment(centre, centre, radius);
  mask.paint(picture, colour);
}

}  // namespace zf
