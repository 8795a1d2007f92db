// Statistics against values worked out by hand or by SciPy, and intervals against the normal theory they approximate.
#include "core/analysis/statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/data/random.h"
#include "tests/expect_error.h"

namespace zf {
namespace {

using Values = std::vector<double>;

TEST(Statistics, MeanMedianAndDeviation) {
  EXPECT_DOUBLE_EQ(mean(Values{1, 2, 6}), 3);
  EXPECT_DOUBLE_EQ(median(Values{6, 1, 2}), 2);
  EXPECT_DOUBLE_EQ(median(Values{6, 1, 2, 3}), 2.5);
  EXPECT_DOUBLE_EQ(standard_deviation(Values{2, 4, 4, 4, 5, 5, 7, 9}), std::sqrt(32.0 / 7));
  EXPECT_DOUBLE_EQ(quantile(Values{40, 10, 20, 30}, 0.25), 17.5);
  EXPECT_DOUBLE_EQ(quantile(Values{40, 10, 20, 30}, 1), 40);
}

TEST(Statistics, EqualValuesShareTheirRanks) {
  EXPECT_EQ(ranks(Values{10, 30, 20, 20, 5}), (Values{2, 5, 3.5, 3.5, 1}));
  EXPECT_EQ(ranks(Values{7, 7, 7}), (Values{2, 2, 2}));
}

TEST(Statistics, CorrelationsAgreeWithSciPy) {
  // scipy.stats.pearsonr and spearmanr of these.
  const Values x{106, 100, 86, 101, 99, 103, 97, 113, 112, 110};
  const Values y{7, 27, 2, 50, 28, 29, 20, 12, 6, 17};
  EXPECT_NEAR(rank_correlation(x, y).value(), -29.0 / 165, 1e-12);
  const Values tied{1, 2, 2, 3};
  const Values other{1, 3, 2, 4};
  EXPECT_NEAR(rank_correlation(tied, other).value(), 0.9486832980505138, 1e-12);
  EXPECT_NEAR(correlation(tied, other).value(), 0.9486832980505138, 1e-12);
  EXPECT_NEAR(rank_correlation(Values{1, 2, 3}, Values{1, 10, 1000}).value(), 1, 1e-12);
  EXPECT_NEAR(linearity(Values{0, 1, 2, 3}, Values{5, 3, 1, -1}).value(), 1, 1e-12);
  EXPECT_NEAR(linearity(Values{-1, 0, 1}, Values{1, 0, 1}).value(), 0, 1e-12);
}

TEST(Statistics, AConstantHasNoCorrelation) {
  EXPECT_FALSE(correlation(Values{0.1, 0.1, 0.1}, Values{1, 2, 3}));
  EXPECT_FALSE(rank_correlation(Values{1, 2, 3}, Values{4, 4, 4}));
}

TEST(Statistics, TheIntervalOfAMeanIsThatOfNormalTheory) {
  Random random(3, RandomUse::kBootstrap, 99);
  Values values(400);
  for (double& value : values) value = 5 + 2 * random.normal();
  const Estimate estimate = bootstrap_mean(values, {.draws = 4000});
  const double expected = 1.96 * standard_deviation(values) / std::sqrt(400.0);
  EXPECT_DOUBLE_EQ(estimate.value, mean(values));
  EXPECT_NEAR(estimate.value - estimate.low, expected, 0.1 * expected);
  EXPECT_NEAR(estimate.high - estimate.value, expected, 0.1 * expected);
}

TEST(Statistics, TheSameSeedGivesTheSameInterval) {
  const Values values{1, 2, 4, 8, 16};
  const Estimate a = bootstrap_mean(values);
  const Estimate b = bootstrap_mean(values);
  EXPECT_EQ(a.low, b.low);
  EXPECT_EQ(a.high, b.high);
  EXPECT_NE(a.low, bootstrap_mean(values, {.draws = 7, .seed = 2}).low);
}

TEST(Statistics, PairsAreDrawnTogether) {
  // b is a + 1 whatever is drawn, and half of c.
  const Values a{1, 50, 3, 700, 2};
  const Values b{2, 51, 4, 701, 3};
  const Values c{4, 102, 8, 1402, 6};
  const Estimate difference = bootstrap_difference(b, a);
  EXPECT_DOUBLE_EQ(difference.value, 1);
  EXPECT_DOUBLE_EQ(difference.low, 1);
  EXPECT_DOUBLE_EQ(difference.high, 1);
  const Estimate ratio = bootstrap_ratio(b, c);
  EXPECT_DOUBLE_EQ(ratio.low, 0.5);
  EXPECT_DOUBLE_EQ(ratio.high, 0.5);
}

TEST(Statistics, GroupsAreDrawnApart) {
  Random random(4, RandomUse::kBootstrap, 99);
  Values a(300);
  Values b(200);
  for (double& value : a) value = 3 + random.normal();
  for (double& value : b) value = 1 + 2 * random.normal();
  const Estimate estimate = bootstrap_group_difference(a, b, {.draws = 4000});
  const double deviation = std::sqrt(std::pow(standard_deviation(a), 2) / 300 + std::pow(standard_deviation(b), 2) / 200);
  EXPECT_DOUBLE_EQ(estimate.value, mean(a) - mean(b));
  EXPECT_NEAR(estimate.high - estimate.low, 2 * 1.96 * deviation, 0.1 * 4 * deviation);
}

TEST(Statistics, BadInputIsAnError) {
  testing::expect_error([] { (void)mean({}); }, {"mean", "at least 1", "found 0"});
  testing::expect_error([] { (void)standard_deviation(Values{1}); }, {"at least 2", "found 1"});
  testing::expect_error([] { (void)correlation(Values{1, 2}, Values{1, 2, 3}); }, {"pairs", "2 and 3"});
  testing::expect_error([] { (void)mean(Values{1, std::numeric_limits<double>::quiet_NaN()}); }, {"finite", "nan"});
  testing::expect_error([] { (void)bootstrap_mean({}); }, {"found 0"});
  testing::expect_error([] { (void)bootstrap_ratio(Values{1, 2}, Values{0, 0}); }, {"other than 0"});
}

}  // namespace
}  // namespace zf
