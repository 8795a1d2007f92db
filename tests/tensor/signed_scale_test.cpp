#include "core/tensor/signed_scale.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace zf {
namespace {

TEST(SignedScale, IgnoresZerosAndOutliers) {
  std::vector<float> values(1000, 0.0F);
  for (int i = 1; i <= 200; ++i) values[static_cast<std::size_t>(i)] = (i % 2 == 0 ? 1.0F : -1.0F) * static_cast<float>(i);
  EXPECT_EQ(signed_scale(values, 100), 200.0F);
  EXPECT_EQ(signed_scale(values, 50), 101.0F);
  EXPECT_EQ(signed_scale(std::vector<float>(5, 0.0F)), 0.0F);
  EXPECT_EQ(signed_scale({}), 0.0F);
}

TEST(SignedScale, IsThatOfASort) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  for (const int count : {1, 2, 3, 100, 5000}) {
    std::vector<float> values;
    for (int i = 0; i < count; ++i) values.push_back(normal(random) * std::exp(8 * normal(random)));  // of many magnitudes
    std::vector<float> sorted;
    for (const float value : values) sorted.push_back(std::abs(value));
    std::sort(sorted.begin(), sorted.end());
    for (const double percentile : {0.0, 10.0, 50.0, 99.5, 100.0}) {
      const auto rank = static_cast<std::size_t>(std::lround(percentile / 100 * (count - 1)));
      EXPECT_EQ(signed_scale(values, percentile), sorted[rank]) << count << " values, " << percentile << " %";
    }
  }
}

}  // namespace
}  // namespace zf
