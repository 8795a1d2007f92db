#include "core/figures/axis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/tensor/error.h"

namespace zf {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::Pointwise;

TEST(NiceTicks, RoundNumbers) {
  EXPECT_THAT(nice_ticks({0, 100}, 6), Pointwise(DoubleNear(1e-9), {0.0, 20.0, 40.0, 60.0, 80.0, 100.0}));
  EXPECT_THAT(nice_ticks({0.03, 0.97}, 6), Pointwise(DoubleNear(1e-9), {0.2, 0.4, 0.6, 0.8}));
  EXPECT_THAT(nice_ticks({-60, 60}, 8), Pointwise(DoubleNear(1e-9), {-60.0, -40.0, -20.0, 0.0, 20.0, 40.0, 60.0}));
  EXPECT_THAT(nice_ticks({1, 64}, 8), Pointwise(DoubleNear(1e-9), {10.0, 20.0, 30.0, 40.0, 50.0, 60.0}));
}

TEST(NiceTicks, NeverMoreThanAsked) {
  for (const double width : {0.001, 0.7, 1.0, 3.0, 9.99, 47.0, 12345.0}) {
    for (int most = 2; most < 12; ++most) {
      const std::vector<double> ticks = nice_ticks({-0.3 * width, 0.7 * width}, most);
      EXPECT_LE(static_cast<int>(ticks.size()), most) << width;
      EXPECT_GE(ticks.size(), 1U);
      for (const double tick : ticks) EXPECT_FALSE(tick == 0 && std::signbit(tick));
    }
  }
}

TEST(NiceTicks, RefusesAxesWithoutLength) {
  EXPECT_THROW((void)nice_ticks({1, 1}, 5), Error);
  EXPECT_THROW((void)nice_ticks({2, 1}, 5), Error);
  EXPECT_THROW((void)nice_ticks({0, std::numeric_limits<double>::infinity()}, 5), Error);
  EXPECT_THROW((void)nice_ticks({0, std::numeric_limits<double>::quiet_NaN()}, 5), Error);
}

TEST(NiceInterval, HoldsItsValues) {
  const Interval interval = nice_interval({3, 97, std::nan("")}, 6);
  EXPECT_DOUBLE_EQ(interval.low, 0);
  EXPECT_DOUBLE_EQ(interval.high, 100);
  EXPECT_DOUBLE_EQ(nice_interval({}, 6).high, 1);
  EXPECT_LT(nice_interval({5, 5}, 6).low, 5);
  EXPECT_GT(nice_interval({5, 5}, 6).high, 5);
  EXPECT_LT(nice_interval({0}, 6).low, nice_interval({0}, 6).high);
}

TEST(TickLabels, FewestDigitsThatTellThemApart) {
  EXPECT_THAT(tick_labels({0, 0.25, 0.5}), ElementsAre("0.00", "0.25", "0.50"));
  EXPECT_THAT(tick_labels({0, 20, 40}), ElementsAre("0", "20", "40"));
  EXPECT_THAT(tick_labels({-0.5, 0}), ElementsAre("−0.5", "0.0"));
  EXPECT_THAT(tick_labels({0, 2e-5}), ElementsAre("0", "2e-5"));
  EXPECT_THAT(tick_labels({0, 2e6}), ElementsAre("0", "2e6"));
  EXPECT_THAT(tick_labels({0.1 + 0.2}), ElementsAre("0.3"));
}

}  // namespace
}  // namespace zf
