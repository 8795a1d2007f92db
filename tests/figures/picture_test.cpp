#include "core/figures/picture.h"

#include <gtest/gtest.h>

#include "core/tensor/error.h"

namespace zf {
namespace {

constexpr Colour kRed{200, 10, 10};
constexpr Colour kBlue{10, 10, 200};

Picture chequers(int width, int height) {
  Picture picture = make_picture(width, height, kRed);
  for (int y = 0; y < height; ++y) {
    for (int x = y % 2; x < width; x += 2) fill(picture, {x, y, 1, 1}, kBlue);
  }
  return picture;
}

TEST(Picture, FillAndBlitAreClipped) {
  Picture picture = make_picture(4, 3);
  fill(picture, {-5, 1, 7, 100}, kRed);
  EXPECT_EQ(picture.at(1, 2), kRed);
  EXPECT_EQ(picture.at(2, 2), kWhite);
  EXPECT_EQ(picture.at(0, 0), kWhite);
  blit(picture, make_picture(3, 3, kBlue), 3, -2);
  EXPECT_EQ(picture.at(3, 0), kBlue);
  EXPECT_EQ(picture.at(3, 1), kWhite);
  blit(picture, make_picture(3, 3, kBlue), -2, 2);
  EXPECT_EQ(picture.at(0, 2), kBlue);
  EXPECT_EQ(picture.at(1, 2), kRed);
  const Picture before = picture;
  blit(picture, make_picture(2, 2, kBlue), 4, 0);
  blit(picture, make_picture(2, 2, kBlue), 0, -2);
  fill(picture, {1, 1, -3, 2}, kBlue);
  EXPECT_EQ(picture, before);
}

TEST(Picture, CropTakesItsPart) {
  const Picture picture = chequers(5, 4);
  const Picture part = crop(picture, {1, 2, 3, 2});
  ASSERT_EQ(part.width, 3);
  ASSERT_EQ(part.height, 2);
  for (int y = 0; y < 2; ++y) {
    for (int x = 0; x < 3; ++x) EXPECT_EQ(part.at(x, y), picture.at(x + 1, y + 2));
  }
  EXPECT_THROW((void)crop(picture, {3, 0, 3, 1}), Error);
  EXPECT_THROW((void)crop(picture, {-1, 0, 3, 1}), Error);
}

TEST(Picture, EnlargeRepeatsPixels) {
  const Picture picture = chequers(3, 2);
  const Picture large = enlarge(picture, 4);
  ASSERT_EQ(large.width, 12);
  ASSERT_EQ(large.height, 8);
  for (int y = 0; y < 8; ++y) {
    for (int x = 0; x < 12; ++x) EXPECT_EQ(large.at(x, y), picture.at(x / 4, y / 4));
  }
  EXPECT_THROW((void)enlarge(picture, 0), Error);
}

TEST(Picture, EnlargementReachesTheLeastSide) {
  EXPECT_EQ(enlargement(13, 64), 5);
  EXPECT_EQ(enlargement(64, 64), 1);
  EXPECT_EQ(enlargement(65, 64), 1);
  EXPECT_EQ(enlargement(1, 64), 64);
}

TEST(Picture, ResampleKeepsFlatsAndMeans) {
  EXPECT_EQ(resample(make_picture(7, 5, kRed), 31, 3), make_picture(31, 3, kRed));
  const Picture picture = chequers(8, 8);
  EXPECT_EQ(resample(picture, 8, 8), picture);
  const Colour middle = resample(picture, 2, 2).at(0, 0);
  EXPECT_NEAR(middle.r, 105, 8);
  EXPECT_NEAR(middle.b, 105, 8);
  EXPECT_THROW((void)resample(picture, 0, 3), Error);
}

TEST(Picture, BlendMixes) {
  Picture picture = make_picture(1, 1, kBlack);
  blend(picture, 0, 0, kWhite, 0.5F);
  EXPECT_EQ(picture.at(0, 0), (Colour{128, 128, 128}));
  blend(picture, 0, 1, kWhite, 1.0F);  // outside
  EXPECT_EQ(picture.rgb.size(), 3U);
}

}  // namespace
}  // namespace zf
