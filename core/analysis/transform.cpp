#include "core/analysis/transform.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "core/tensor/error.h"

namespace zf {

namespace {

/// A plane of the photo and what lies around it.
struct Ground {
  const float* values = nullptr;
  Size size;
  bool drawn_out = false;
  float surround = 0;

  [[nodiscard]] float at(std::ptrdiff_t y, std::ptrdiff_t x) const {
    const bool inside = y >= 0 && y < size.h && x >= 0 && x < size.w;
    if (!inside && !drawn_out) return surround;
    const auto row = std::clamp<std::ptrdiff_t>(y, 0, size.h - 1);
    const auto column = std::clamp<std::ptrdiff_t>(x, 0, size.w - 1);
    return values[row * size.w + column];
  }
};

/// Four neighbours and their weights.
struct Tap {
  std::ptrdiff_t y = 0;
  std::ptrdiff_t x = 0;
  float down = 0;   ///< how far from row y to y + 1
  float right = 0;  ///< how far from column x to x + 1
};

/// A place in pixels, 0.5 being the centre of the first one.
Tap tap_at(double y, double x) {
  // Beyond this a place is as good as anywhere outside, and still fits an integer.
  constexpr double kFar = 1e9;
  // A whole number of pixels must stay whole in spite of the rounding of sines.
  constexpr double kSteps = 1 << 20;
  const double row = std::round(std::clamp(y - 0.5, -kFar, kFar) * kSteps) / kSteps;
  const double column = std::round(std::clamp(x - 0.5, -kFar, kFar) * kSteps) / kSteps;
  Tap tap;
  tap.y = static_cast<std::ptrdiff_t>(std::floor(row));
  tap.x = static_cast<std::ptrdiff_t>(std::floor(column));
  tap.down = static_cast<float>(row - std::floor(row));
  tap.right = static_cast<float>(column - std::floor(column));
  return tap;
}

float value_at(const Ground& ground, const Tap& s) {
  const float above = ground.at(s.y, s.x) * (1 - s.right) + ground.at(s.y, s.x + 1) * s.right;
  const float below = ground.at(s.y + 1, s.x) * (1 - s.right) + ground.at(s.y + 1, s.x + 1) * s.right;
  return above * (1 - s.down) + below * s.down;
}

}  // namespace

Surround surround_named(std::string_view name) {
  if (name == "mean") return Surround::kMean;
  if (name == "grey") return Surround::kGrey;
  if (name == "edge") return Surround::kEdge;
  fail("surround: expected mean, grey or edge, found {}", name);
}

std::string_view name_of(Axis axis) {
  if (axis == Axis::kTranslation) return "translation";
  return axis == Axis::kScale ? "scale" : "rotation";
}

std::string_view unit_of(Axis axis) {
  if (axis == Axis::kTranslation) return "pixels down";
  return axis == Axis::kScale ? "factor" : "degrees";
}

double neutral(Axis axis) { return axis == Axis::kScale ? 1 : 0; }

double offset(Axis axis, double amount) {
  if (axis != Axis::kRotation) return amount - neutral(axis);
  const double angle = std::remainder(amount, 360.0);
  return angle == -180 ? 180 : angle;
}

Transform along(Axis axis, double amount) {
  Transform transform;
  if (axis == Axis::kTranslation) transform.down = amount;
  if (axis == Axis::kScale) transform.scale = amount;
  if (axis == Axis::kRotation) transform.angle = amount;
  return transform;
}

void check(const Transform& t) {
  if (!std::isfinite(t.down) || !std::isfinite(t.right) || !std::isfinite(t.angle)) {
    fail("transform: expected finite numbers, found {}, {} pixels and {} degrees", t.down, t.right, t.angle);
  }
  if (!std::isfinite(t.scale) || !(t.scale > 0)) fail("transform: expected a scale above 0, found {}", t.scale);
}

void transform_view(const Tensor& pixels, const Transform& transform, Size view, std::span<const float> surround, std::span<float> out) {
  check(transform);
  const Shape& shape = pixels.shape();
  const auto channels = static_cast<std::size_t>(shape.c);
  const std::size_t plane = static_cast<std::size_t>(view.h) * static_cast<std::size_t>(view.w);
  if (shape.n != 1 || shape.h < view.h || shape.w < view.w) {
    fail("transform: expected one photo of at least {}x{} pixels, found {}", view.h, view.w, to_string(shape));
  }
  if (!surround.empty() && surround.size() != channels)
    fail("transform: expected {} values around it, found {}", channels, surround.size());
  if (out.size() != channels * plane) fail("transform: expected room for {} values, found {}", channels * plane, out.size());

  const double radians = transform.angle * std::numbers::pi / 180;
  const double cosine = std::cos(radians) / transform.scale;
  const double sine = std::sin(radians) / transform.scale;
  const int top = (shape.h - view.h) / 2;
  const int left = (shape.w - view.w) / 2;
  const double middle_y = top + view.h / 2.0;
  const double middle_x = left + view.w / 2.0;
  std::vector<Ground> grounds;
  for (std::size_t c = 0; c < channels; ++c) {
    const float around = surround.empty() ? 0.0F : surround[c];
    grounds.push_back({pixels.plane(0, static_cast<int>(c)).data(), shape.map(), surround.empty(), around});
  }
  std::size_t place = 0;
  for (int y = 0; y < view.h; ++y) {
    for (int x = 0; x < view.w; ++x, ++place) {
      const double from_y = y + 0.5 - view.h / 2.0 - transform.down;
      const double from_x = x + 0.5 - view.w / 2.0 - transform.right;
      // Rows run down, so that a counter-clockwise turn is undone by this.
      const Tap tap = tap_at(middle_y + cosine * from_y + sine * from_x, middle_x + cosine * from_x - sine * from_y);
      for (std::size_t c = 0; c < channels; ++c) out[c * plane + place] = value_at(grounds[c], tap);
    }
  }
}

}  // namespace zf
