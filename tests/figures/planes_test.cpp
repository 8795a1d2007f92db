#include "core/figures/planes.h"

#include <gtest/gtest.h>

#include <vector>

#include "core/tensor/error.h"

namespace zf {
namespace {

TEST(SignedPicture, IsSymmetricAboutGrey) {
  const std::vector<float> values{0, 2, -2, 1, 50, -50};
  const Picture picture = signed_picture(Tensor(Shape{1, 1, 1, 6}, values), 0, 2.0F);
  const std::uint8_t expected[] = {128, 255, 1, 192, 255, 0};
  for (int x = 0; x < 6; ++x) EXPECT_EQ(picture.at(x, 0), (Colour{expected[x], expected[x], expected[x]})) << x;
}

TEST(SignedPicture, WithoutScaleIsGrey) {
  EXPECT_EQ(signed_picture(Tensor(Shape{1, 1, 2, 2}), 0, 0.0F), make_picture(2, 2, {128, 128, 128}));
}

TEST(SignedPicture, ChannelsFollowTheOrder) {
  const std::vector<float> values{9, 9, 9, 1, 0, -1};  // item 1: plane 0 is 1, plane 1 is 0, plane 2 is -1
  const Tensor pixels(Shape{2, 3, 1, 1}, values);
  EXPECT_EQ(signed_picture(pixels, 1, 1.0F, kRgb).at(0, 0), (Colour{255, 128, 1}));
  EXPECT_EQ(signed_picture(pixels, 1, 1.0F, kBgr).at(0, 0), (Colour{1, 128, 255}));
}

TEST(StretchedPicture, ReachesBlackAndWhite) {
  const std::vector<float> values{-3, -1, 1};
  const Picture picture = stretched_picture(Tensor(Shape{1, 1, 1, 3}, values), 0);
  EXPECT_EQ(picture.at(0, 0), kBlack);
  EXPECT_EQ(picture.at(1, 0), (Colour{128, 128, 128}));
  EXPECT_EQ(picture.at(2, 0), kWhite);
  EXPECT_EQ(stretched_picture(Tensor(Shape{1, 1, 1, 2}, 5.0F), 0), make_picture(2, 1, {128, 128, 128}));
}

TEST(MapPicture, EndsTakeTheEndsOfTheColours) {
  const std::vector<float> values{0, 4, 2, 8};
  const Picture picture = map_picture(values, {2, 2}, {0, 8}, Colormap::kHeat);
  EXPECT_EQ(picture.at(0, 0), colour_at(Colormap::kHeat, 0));
  EXPECT_EQ(picture.at(1, 0), colour_at(Colormap::kHeat, 0.5F));
  EXPECT_EQ(picture.at(1, 1), colour_at(Colormap::kHeat, 1));
  EXPECT_THROW((void)map_picture(values, {3, 2}, {}, Colormap::kHeat), Error);
}

TEST(NaturalColormap, IsSignedBelowZero) {
  EXPECT_EQ(natural_colormap({-3, 3}), Colormap::kSigned);
  EXPECT_EQ(natural_colormap({0, 3}), Colormap::kHeat);
}

TEST(Planes, RefusesOtherShapes) {
  EXPECT_THROW((void)signed_picture(Tensor(Shape{1, 2, 3, 3}), 0, 1), Error);
  EXPECT_THROW((void)signed_picture(Tensor(Shape{1, 3, 3, 3}), 1, 1), Error);
  EXPECT_THROW((void)stretched_picture(Tensor(Shape{1, 3, 3, 3}), -1), Error);
}

}  // namespace
}  // namespace zf
