#include "core/tensor/half.h"

#include <gtest/gtest.h>

#include <cmath>

namespace zf {
namespace {

/// binary16 from its definition.
double half_value(int half) {
  const int exponent = half >> 10 & 31;
  const int mantissa = half & 1023;
  const double magnitude = exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(1024 + mantissa, exponent - 25);
  return (half & 0x8000) != 0 ? -magnitude : magnitude;
}

TEST(Half, EveryFinitePatternRoundTrips) {
  for (int half = 0; half < 0x10000; ++half) {
    if ((half & 0x7C00) == 0x7C00) continue;
    const auto pattern = static_cast<std::uint16_t>(half);
    ASSERT_EQ(static_cast<double>(half_to_float(pattern)), half_value(half)) << half;
    ASSERT_EQ(float_to_half(half_to_float(pattern)), pattern) << half;
  }
}

TEST(Half, InfinityAndNanStaySo) {
  EXPECT_TRUE(std::isinf(half_to_float(0x7C00)));
  EXPECT_TRUE(std::isinf(half_to_float(0xFC00)));
  EXPECT_TRUE(std::isnan(half_to_float(0x7C01)));
  EXPECT_FALSE(is_finite_bits(bits_of(half_to_float(0xFE00))));
}

TEST(Half, RoundsToNearestAndTiesToEven) {
  // Between every two neighbours: just below the middle, the middle, just above it.
  for (int half = 0; half < 0x7BFF; ++half) {
    const auto low = static_cast<float>(half_value(half));
    const auto high = static_cast<float>(half_value(half + 1));
    const float middle = low + (high - low) / 2;
    ASSERT_EQ(float_to_half(std::nextafter(middle, low)), half);
    ASSERT_EQ(float_to_half(middle), half + (half & 1));
    ASSERT_EQ(float_to_half(std::nextafter(middle, high)), half + 1);
    ASSERT_EQ(float_to_half(-middle), (half + (half & 1)) | 0x8000);
  }
}

TEST(Half, TheLargestThatFits) {
  EXPECT_EQ(float_to_half(std::nextafter(kHalfOverflow, 0.0F)), 0x7BFF);
  EXPECT_EQ(half_to_float(0x7BFF), 65504.0F);
  EXPECT_EQ(float_to_half(1e-30F), 0);
}

TEST(Half, BfloatIsTheUpperHalfOfAFloat) {
  EXPECT_EQ(bfloat_to_float(0x3F80), 1.0F);
  EXPECT_EQ(bfloat_to_float(0xC049), -3.140625F);
}

}  // namespace
}  // namespace zf
