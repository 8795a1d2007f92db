#include "core/nn/known.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/nn/prediction.h"
#include "tests/expect_error.h"

namespace zf {
namespace {

using testing::expect_error;

TEST(Known, EnergyIsTheLogOfTheSumOfExponentials) {
  EXPECT_FLOAT_EQ(energy_score(std::vector<float>{0, 0, 0, 0}), std::log(4.0F));
  EXPECT_FLOAT_EQ(energy_score(std::vector<float>{std::log(2.0F), std::log(3.0F)}), std::log(5.0F));
  EXPECT_FLOAT_EQ(energy_score(std::vector<float>{1000, 1000}), 1000 + std::log(2.0F));
  EXPECT_FLOAT_EQ(energy_score(std::vector<float>{-1000}), -1000);
  expect_error([] { (void)energy_score(std::vector<float>{1, NAN}); }, {"finite", "nan"});
  expect_error([] { (void)energy_score({}); }, {"none"});
}

TEST(Known, ARuleJudgesAndNoRuleDoesNot) {
  const std::vector<float> logits{0, 0};  // an energy of log 2 = 0.693
  EXPECT_FALSE(judge(std::nullopt, logits));
  EXPECT_FALSE(is_unknown(judge(std::nullopt, logits)));
  EXPECT_FALSE(is_unknown(judge(KnownRule{0.69F}, logits)));
  EXPECT_TRUE(is_unknown(judge(KnownRule{0.70F}, logits)));
  EXPECT_TRUE(judge(KnownRule{std::log(2.0F)}, logits)->known());  // who reaches it is known
}

TEST(Known, TheThresholdKeeps95PercentOfTheRightlyNamed) {
  std::vector<ScoredPhoto> photos;
  for (int i = 40; i > 0; --i) photos.push_back({static_cast<float>(i), true});
  for (int i = 0; i < 60; ++i) photos.push_back({-5, false});
  ASSERT_TRUE(known_rule(photos));
  EXPECT_FLOAT_EQ(known_rule(photos)->threshold, 3 - kScoreSlack);  // 3 to 40 are 38 of 40
  photos.resize(39);                                                // 2 to 40: 38 of 39 are the fewest that are 95 %
  EXPECT_FLOAT_EQ(known_rule(photos)->threshold, 3 - kScoreSlack);
}

TEST(Known, WhereNothingIsNamedRightlyAllPhotosCount) {
  EXPECT_FALSE(known_rule({}));
  EXPECT_FLOAT_EQ(known_rule(std::vector<ScoredPhoto>{{7, false}})->threshold, 7 - kScoreSlack);
  EXPECT_FLOAT_EQ(known_rule(std::vector<ScoredPhoto>{{7, false}, {9, true}})->threshold, 9 - kScoreSlack);
}

TEST(Known, SharesAndAuroc) {
  const std::vector<float> known{1, 3, 3};
  const std::vector<float> unknown{0, 3};
  EXPECT_DOUBLE_EQ(share_known(known, {3}), 2.0 / 3);
  EXPECT_EQ(share_known({}, {3}), 0);
  // 1 beats 0 and loses to 3; each 3 beats 0 and ties with 3: 1 + 2 * 1.5 of 6.
  EXPECT_DOUBLE_EQ(auroc(known, unknown), 4.0 / 6);
  EXPECT_EQ(auroc(known, std::vector<float>{0, 0.5F}), 1);
  EXPECT_EQ(auroc(known, {}), 0);
}

TEST(ClassNames, CaseAndUnderscoresDoNotCount) {
  EXPECT_TRUE(same_class("french_horn", "French horn"));
  EXPECT_TRUE(same_class("Shih-Tzu", "shih_tzu"));
  EXPECT_FALSE(same_class("horn", "French horn"));
  EXPECT_FALSE(same_class("frenchhorn", "French horn"));
  const std::vector<std::string> classes{"French horn", "cup", "Cup", "_"};
  EXPECT_EQ(find_class(classes, "french_horn"), 0);
  EXPECT_EQ(find_class(classes, "Cup"), 2);  // the very name goes first
  EXPECT_EQ(find_class(classes, "CUP"), 1);
  EXPECT_EQ(find_class(classes, "tench"), -1);
  EXPECT_EQ(find_class({}, "tench"), -1);
}

}  // namespace
}  // namespace zf
