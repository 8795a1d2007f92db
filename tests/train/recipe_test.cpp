#include "core/train/recipe.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/tensor/error.h"

namespace zf {
namespace {

TEST(Recipe, CosineRisesWithTheWarmUpAndFallsToNothing) {
  Recipe recipe;
  recipe.rate = 0.02;
  recipe.warmup = 10;
  EXPECT_NEAR(rate_at(recipe, 0, 1000, 1), 0.002, 1e-8);
  EXPECT_NEAR(rate_at(recipe, 9, 1000, 1), 0.02, 1e-5);
  EXPECT_NEAR(rate_at(recipe, 500, 1000, 1), 0.01, 1e-8);
  EXPECT_NEAR(rate_at(recipe, 1000, 1000, 1), 0, 1e-12);
}

TEST(Recipe, OnlyThePlateauScheduleFollowsPlateaus) {
  Recipe recipe;
  recipe.warmup = 0;
  recipe.schedule = Schedule::kPlateau;
  EXPECT_DOUBLE_EQ(rate_at(recipe, 700, 1000, 0.1), 0.001);
  recipe.schedule = Schedule::kConstant;
  EXPECT_DOUBLE_EQ(rate_at(recipe, 700, 1000, 0.1), 0.01);
}

TEST(Recipe, NamesGoBothWaysAndUnknownOnesAreErrors) {
  for (const Schedule schedule : {Schedule::kCosine, Schedule::kPlateau, Schedule::kConstant}) {
    EXPECT_EQ(schedule_from(name_of(schedule)), schedule);
  }
  EXPECT_EQ(crops_from("paper"), Crops::kPaper);
  EXPECT_EQ(initialisation_from("paper"), Initialisation::kPaper);
  EXPECT_THROW(static_cast<void>(schedule_from("sine")), Error);
}

TEST(Recipe, SettingsThatMakeNoSenseAreErrors) {
  const auto refused = [](auto change) {
    Recipe recipe;
    change(recipe);
    EXPECT_THROW(check(recipe), Error);
  };
  check(Recipe{});
  refused([](Recipe& r) { r.epochs = 0; });
  refused([](Recipe& r) { r.batch = 0; });
  refused([](Recipe& r) { r.rate = -1; });
  refused([](Recipe& r) { r.rate = std::nan(""); });
  refused([](Recipe& r) { r.momentum = 1; });
  refused([](Recipe& r) { r.jitter = 2; });
}

}  // namespace
}  // namespace zf
