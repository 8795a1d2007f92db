#include "core/figures/colormap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/figures/oklab.h"

namespace zf {
namespace {

constexpr int kSteps = 256;

double lightness_at(Colormap map, int step) { return lightness(colour_at(map, static_cast<float>(step) / (kSteps - 1))); }

TEST(Oklab, KnownColours) {
  EXPECT_EQ(to_srgb({1, 0, 0}), kWhite);
  EXPECT_EQ(to_srgb({0, 0, 0}), kBlack);
  EXPECT_EQ(to_srgb({0.627955, 0.257683, 29.2339}), (Colour{255, 0, 0}));
  EXPECT_EQ(to_srgb({0.452014, 0.313214, 264.052}), (Colour{0, 0, 255}));
  EXPECT_NEAR(lightness({255, 0, 0}), 0.627955, 1e-4);
  EXPECT_NEAR(lightness({0, 255, 0}), 0.866440, 1e-4);
  EXPECT_NEAR(lightness(kWhite), 1, 1e-4);
}

TEST(Oklab, TooVividColoursKeepTheirLightness) {
  for (const double hue : {20.0, 110.0, 200.0, 260.0, 330.0}) EXPECT_NEAR(lightness(to_srgb({0.6, 0.4, hue})), 0.6, 0.005) << hue;
}

TEST(Colormap, HeatRisesEvenly) {
  const double total = lightness_at(Colormap::kHeat, kSteps - 1) - lightness_at(Colormap::kHeat, 0);
  EXPECT_GT(total, 0.7);
  for (int i = 16; i < kSteps; i += 16) {
    const double rise = lightness_at(Colormap::kHeat, i) - lightness_at(Colormap::kHeat, i - 16);
    EXPECT_NEAR(rise, total * 16 / (kSteps - 1), 0.01) << i;
  }
}

TEST(Colormap, GreyRises) {
  for (int i = 1; i < kSteps; ++i) EXPECT_GT(lightness_at(Colormap::kGrey, i), lightness_at(Colormap::kGrey, i - 1));
  EXPECT_EQ(colour_at(Colormap::kGrey, 0.0F), kBlack);
  EXPECT_EQ(colour_at(Colormap::kGrey, 1.0F), kWhite);
}

TEST(Colormap, SignedFallsToBothSidesAlike) {
  for (int i = 0; i < kSteps / 2; ++i)
    EXPECT_NEAR(lightness_at(Colormap::kSigned, i), lightness_at(Colormap::kSigned, kSteps - 1 - i), 0.01);
  for (int i = 8; i < kSteps / 2; i += 8) EXPECT_GT(lightness_at(Colormap::kSigned, i), lightness_at(Colormap::kSigned, i - 8));
  EXPECT_GT(colour_at(Colormap::kSigned, 0.0F).b, colour_at(Colormap::kSigned, 0.0F).r);
  EXPECT_GT(colour_at(Colormap::kSigned, 1.0F).r, colour_at(Colormap::kSigned, 1.0F).b);
}

TEST(Colormap, NeighboursNeverJump) {
  for (const Colormap map : {Colormap::kHeat, Colormap::kGrey, Colormap::kSigned}) {
    for (int i = 1; i < kSteps; ++i) {
      const Colour a = colour_at(map, static_cast<float>(i - 1) / (kSteps - 1));
      const Colour b = colour_at(map, static_cast<float>(i) / (kSteps - 1));
      EXPECT_LE(std::abs(a.r - b.r) + std::abs(a.g - b.g) + std::abs(a.b - b.b), 12) << i;
    }
  }
}

TEST(Colormap, EndsHold) {
  EXPECT_EQ(colour_at(Colormap::kHeat, -3.0F), colour_at(Colormap::kHeat, 0.0F));
  EXPECT_EQ(colour_at(Colormap::kHeat, 7.0F), colour_at(Colormap::kHeat, 1.0F));
  EXPECT_EQ(colour_at(Colormap::kHeat, std::numeric_limits<float>::quiet_NaN()), colour_at(Colormap::kHeat, 0.0F));
  EXPECT_EQ(position(3, {2, 4}), 0.5F);
  EXPECT_EQ(position(3, {2, 2}), 0.0F);
}

TEST(Colormap, SeriesAreDistinctAndDarkOnWhite) {
  for (int i = 0; i < kSeriesColours; ++i) {
    const Colour a = series_colour(i);
    EXPECT_LT(lightness(a), 0.8) << i;
    for (int k = 0; k < i; ++k) {
      const Colour b = series_colour(k);
      EXPECT_GT(std::abs(a.r - b.r) + std::abs(a.g - b.g) + std::abs(a.b - b.b), 60) << i << " and " << k;
    }
  }
}

}  // namespace
}  // namespace zf
