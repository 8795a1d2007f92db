// Moved, scaled and turned photos: whole steps against moved indices, fractions against a plane that bilinear keeps exactly.
#include "core/analysis/transform.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "tests/expect_error.h"

namespace zf {
namespace {

constexpr Size kView{6, 8};

/// (1, 2, 10, 14) whose values are linear in place: 3 y + 5 x + 100 c.
Tensor ramp() {
  Tensor pixels({1, 2, 10, 14});
  for (int c = 0; c < 2; ++c) {
    for (int y = 0; y < 10; ++y) {
      for (int x = 0; x < 14; ++x) pixels.at(0, c, y, x) = static_cast<float>(3 * y + 5 * x + 100 * c);
    }
  }
  return pixels;
}

Tensor seen(const Tensor& pixels, const Transform& transform, Size view, std::vector<float> surround) {
  Tensor out({1, pixels.shape().c, view.h, view.w});
  transform_view(pixels, transform, view, surround, out.values());
  return out;
}

TEST(Transform, NothingDoneIsTheCentreCrop) {
  const Tensor pixels = ramp();
  const Tensor out = seen(pixels, {}, kView, {0, 0});
  for (int c = 0; c < 2; ++c) {
    for (int y = 0; y < kView.h; ++y) {
      for (int x = 0; x < kView.w; ++x) EXPECT_EQ(out.at(0, c, y, x), pixels.at(0, c, y + 2, x + 3));
    }
  }
}

TEST(Transform, WholeStepsBringInThePhotoThenItsSurround) {
  const Tensor pixels = ramp();
  const Tensor out = seen(pixels, {.down = 4, .right = -5}, kView, {-7, -8});
  const Tensor drawn = seen(pixels, {.down = 4, .right = -5}, kView, {});
  for (int c = 0; c < 2; ++c) {
    for (int y = 0; y < kView.h; ++y) {
      for (int x = 0; x < kView.w; ++x) {
        const int from_y = y + 2 - 4;
        const int from_x = x + 3 + 5;
        const bool inside = from_y >= 0 && from_x < 14;
        EXPECT_EQ(out.at(0, c, y, x), inside ? pixels.at(0, c, from_y, from_x) : static_cast<float>(-7 - c)) << y << " " << x;
        EXPECT_EQ(drawn.at(0, c, y, x), pixels.at(0, c, std::max(from_y, 0), std::min(from_x, 13)));
      }
    }
  }
}

TEST(Transform, AQuarterTurnGoesCounterClockwise) {
  Tensor pixels({1, 1, 4, 4});
  for (std::size_t i = 0; i < 16; ++i) pixels.values()[i] = static_cast<float>(i);
  const Tensor out = seen(pixels, {.angle = 90}, {4, 4}, {-1});
  // The top row becomes the left column, read from below.
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 4; ++x) EXPECT_EQ(out.at(0, 0, y, x), pixels.at(0, 0, x, 3 - y));
  }
}

TEST(Transform, BilinearKeepsAPlaneUnderAnyTransform) {
  const Tensor pixels = ramp();
  const Transform t{.down = 0.3, .right = -0.6, .scale = 1.7, .angle = 25};
  const Tensor out = seen(pixels, t, kView, {0, 0});
  const double angle = t.angle * std::numbers::pi / 180;
  for (int y = 0; y < kView.h; ++y) {
    for (int x = 0; x < kView.w; ++x) {
      // Mathematics' y runs up: turn back by -angle, shrink back, undo the move.
      const double up = -(y - 2.5 - t.down) / t.scale;
      const double right = (x - 3.5 - t.right) / t.scale;
      const double from_up = std::cos(angle) * up - std::sin(angle) * right;
      const double from_right = std::cos(angle) * right + std::sin(angle) * up;
      const double expected = 3 * (4.5 - from_up) + 5 * (6.5 + from_right) + 100;
      EXPECT_NEAR(out.at(0, 1, y, x), expected, 1e-3) << y << " " << x;
    }
  }
}

TEST(Transform, ScalingKeepsTheMiddle) {
  Tensor pixels({1, 1, 9, 9});
  pixels.at(0, 0, 4, 4) = 1;
  EXPECT_EQ(seen(pixels, {.scale = 3}, {9, 9}, {0}).at(0, 0, 4, 4), 1);
  EXPECT_NEAR(seen(pixels, {.scale = 2}, {9, 9}, {0}).at(0, 0, 5, 4), 0.5, 1e-6);
}

TEST(Transform, AxesHaveTheirNeutralAmounts) {
  for (const Axis axis : kAllAxes) {
    EXPECT_EQ(along(axis, neutral(axis)), Transform{});
    EXPECT_EQ(offset(axis, neutral(axis)), 0);
  }
  EXPECT_EQ(offset(Axis::kRotation, 350), -10);
  EXPECT_EQ(offset(Axis::kRotation, 180), 180);
  EXPECT_EQ(offset(Axis::kRotation, -180), 180);
  EXPECT_DOUBLE_EQ(offset(Axis::kScale, 1.5), 0.5);
}

TEST(Transform, BadInputIsAnError) {
  const Tensor pixels = ramp();
  Tensor out({1, 2, 6, 8});
  const std::vector<float> zero{0, 0};
  testing::expect_error([&] { transform_view(pixels, {.scale = 0}, kView, zero, out.values()); }, {"scale above 0", "found 0"});
  testing::expect_error([&] { transform_view(pixels, {.down = std::numeric_limits<double>::infinity()}, kView, zero, out.values()); },
                        {"finite"});
  testing::expect_error([&] { transform_view(pixels, {}, {12, 8}, zero, out.values()); }, {"12x8", "1x2x10x14"});
  testing::expect_error([&] { transform_view(pixels, {}, kView, std::vector<float>{1}, out.values()); }, {"2 values", "found 1"});
}

}  // namespace
}  // namespace zf
