#include "core/train/augment.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "core/io/resample.h"

namespace zf {
namespace {

/// Every pixel says where it is: red is x, green is y.
Image coordinates(int width, int height) {
  Image image = make_image(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      image.row(y)[3 * x] = static_cast<std::uint8_t>(x);
      image.row(y)[3 * x + 1] = static_cast<std::uint8_t>(y);
    }
  }
  return image;
}

Preprocess sizes(int resize, int crop) {
  Preprocess preprocess;
  preprocess.resize = resize;
  preprocess.crop = {crop, crop};
  return preprocess;
}

TEST(Augment, TenCropsAreCornersAndCentreOfTheCentreSquareAndTheirMirrors) {
  const Image photo = coordinates(100, 60);  // the centre square starts at x = 20
  const Preprocess preprocess = sizes(60, 40);
  const int left[] = {20, 40, 20, 40, 30};
  const int top[] = {0, 0, 20, 20, 10};
  for (int i = 0; i < 5; ++i) {
    Image expected = crop(photo, left[i], top[i], 40, 40);
    EXPECT_EQ(ten_crop_view(preprocess, photo, i), expected) << i;
    flip(expected);
    EXPECT_EQ(ten_crop_view(preprocess, photo, i + 5), expected) << i;
  }
}

TEST(Augment, PaperCropsAreAllTenInTime) {
  const Image photo = coordinates(64, 64);
  const Preprocess preprocess = sizes(64, 32);
  std::vector<int> seen(10);
  for (std::uint64_t i = 0; i < 200; ++i) {
    Random random(1, RandomUse::kAugment, 0, i);
    const Image view = training_view(preprocess, photo, Crops::kPaper, 0, random);
    for (int which = 0; which < 10; ++which)
      seen[static_cast<std::size_t>(which)] += view == ten_crop_view(preprocess, photo, which) ? 1 : 0;
  }
  EXPECT_EQ(std::accumulate(seen.begin(), seen.end(), 0), 200);
  for (const int count : seen) EXPECT_GT(count, 5);
}

TEST(Augment, TenCropsOfAnOblongInputAreCornersAndCentreOfWhatItCovers) {
  const Image photo = coordinates(120, 80);
  Preprocess preprocess = sizes(40, 0);
  preprocess.crop = {20, 60};  // covers 40 x 120, the middle of the photo's height
  const int left[] = {0, 60, 0, 60, 30};
  const int top[] = {20, 20, 40, 40, 30};
  for (int i = 0; i < 5; ++i) EXPECT_EQ(ten_crop_view(preprocess, photo, i), crop(photo, left[i], top[i], 60, 20)) << i;
}

TEST(Augment, ResizedCropsAreAsOblongAsTheInput) {
  const Image photo = coordinates(200, 150);
  Preprocess preprocess = sizes(20, 0);
  preprocess.crop = {20, 60};
  for (std::uint64_t i = 0; i < 100; ++i) {
    Random random(1, RandomUse::kAugment, 0, i);
    const Image view = training_view(preprocess, photo, Crops::kResized, 0, random);
    ASSERT_EQ(view.width, 60);
    ASSERT_EQ(view.height, 20);
    // What a row and a column of the view span of the photo, by its corners' colours.
    const double across = std::abs(view.row(10)[3 * 59] - view.row(10)[0]);
    const double down = std::abs(view.row(19)[3 * 30 + 1] - view.row(0)[3 * 30 + 1]);
    EXPECT_GT(across, 1.5 * down);
  }
}

TEST(Augment, ResizedCropsTakeTheAreasAndAspectsTheyPromise) {
  const Image photo = coordinates(200, 150);
  const Preprocess preprocess = sizes(64, 64);
  double smallest = 1;
  double largest = 0;
  int flipped = 0;
  for (std::uint64_t i = 0; i < 400; ++i) {
    Random random(1, RandomUse::kAugment, 0, i);
    const Image view = training_view(preprocess, photo, Crops::kResized, 0, random);
    ASSERT_EQ(view.width, 64);
    const int across = view.row(32)[3 * 63] - view.row(32)[0];
    const double width = std::abs(across) * 64.0 / 63.0;
    const double height = (view.row(63)[1] - view.row(0)[1]) * 64.0 / 63.0;
    flipped += across < 0 ? 1 : 0;
    smallest = std::min(smallest, width * height / (200 * 150));
    largest = std::max(largest, width * height / (200 * 150));
    EXPECT_LT(width / height, 4.0 / 3.0 + 0.1);
    EXPECT_GT(width / height, 3.0 / 4.0 - 0.1);
  }
  EXPECT_NEAR(smallest, 0.3, 0.04);
  EXPECT_NEAR(largest, 0.95, 0.07);
  EXPECT_NEAR(flipped, 200, 60);
}

TEST(Augment, PhotosWithNoFittingPartGiveTheirCentreSquare) {
  const Image photo = coordinates(200, 10);
  const Preprocess preprocess = sizes(10, 10);
  Random random(1, RandomUse::kAugment);
  Image view = training_view(preprocess, photo, Crops::kResized, 0, random);
  if (view.row(0)[0] > view.row(0)[3]) flip(view);
  EXPECT_EQ(view, crop(photo, 95, 0, 10, 10));
}

TEST(Augment, JitterScalesBrightnessWithinItsRangeAndKeepsGreyGrey) {
  Image grey = make_image(8, 8);
  std::fill(grey.rgb.begin(), grey.rgb.end(), std::uint8_t{100});
  const Preprocess preprocess = sizes(8, 8);
  int lowest = 255;
  int highest = 0;
  for (std::uint64_t i = 0; i < 200; ++i) {
    Random random(1, RandomUse::kAugment, 0, i);
    const Image view = training_view(preprocess, grey, Crops::kResized, 0.2F, random);
    for (const std::uint8_t value : view.rgb) EXPECT_EQ(value, view.rgb[0]);
    lowest = std::min<int>(lowest, view.rgb[0]);
    highest = std::max<int>(highest, view.rgb[0]);
  }
  EXPECT_NEAR(lowest, 80, 2);
  EXPECT_NEAR(highest, 120, 2);
}

TEST(Augment, TheSamePlaceInTheSequenceGivesTheSameView) {
  const Image photo = coordinates(100, 80);
  const auto view = [&](std::uint64_t epoch, std::uint64_t index) {
    Random random(3, RandomUse::kAugment, epoch, index);
    return training_view(sizes(40, 32), photo, Crops::kResized, 0.3F, random);
  };
  EXPECT_EQ(view(2, 5), view(2, 5));
  EXPECT_FALSE(view(2, 5) == view(2, 6));
  EXPECT_FALSE(view(2, 5) == view(3, 5));
}

}  // namespace
}  // namespace zf
