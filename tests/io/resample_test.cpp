#include "core/io/resample.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "tests/io/testing.h"

namespace zf {
namespace {

using testing::expect_error;

/// Binary PPM with 8 bits, as Pillow writes it.
Image read_ppm(const std::string& name) {
  std::ifstream file(std::string(ZF_FIXTURES) + "/io/resample_" + name + ".ppm", std::ios::binary);
  std::string magic;
  int width = 0;
  int height = 0;
  int maximum = 0;
  file >> magic >> width >> height >> maximum;
  file.get();
  Image image = make_image(width, height);
  file.read(reinterpret_cast<char*>(image.rgb.data()), static_cast<std::streamsize>(image.rgb.size()));
  EXPECT_TRUE(file && magic == "P6" && maximum == 255) << name;
  return image;
}

int largest_difference(const Image& a, const Image& b) {
  int largest = 0;
  for (std::size_t i = 0; i < a.rgb.size(); ++i) largest = std::max(largest, std::abs(int{a.rgb[i]} - int{b.rgb[i]}));
  return largest;
}

/// x, y and channel can be told from each value.
Image numbered(int width, int height) {
  Image image = make_image(width, height);
  for (std::size_t i = 0; i < image.rgb.size(); ++i) image.rgb[i] = static_cast<std::uint8_t>(i * 7 % 251);
  return image;
}

struct Case {
  const char* name;
  Box box;
};

class ResampleAgainstPillow : public ::testing::TestWithParam<Case> {};

TEST_P(ResampleAgainstPillow, AgreesWithinOneGreyLevel) {
  const Image source = read_ppm("source");
  const Image expected = read_ppm(GetParam().name);
  const Image found = resize(source, GetParam().box, expected.width, expected.height);
  ASSERT_EQ(found.rgb.size(), expected.rgb.size());
  EXPECT_LE(largest_difference(found, expected), 1);
}

constexpr Box kAll{0, 0, 37, 29};
INSTANTIATE_TEST_SUITE_P(Cases, ResampleAgainstPillow,
                         ::testing::Values(Case{"up", kAll}, Case{"down", kAll}, Case{"far_down", kAll}, Case{"wide", kAll},
                                           Case{"tall", kAll}, Case{"shift", {0.5, 0.25, 36, 28}},
                                           Case{"box_up", {10.3F, 7.6F, 11.6F, 9.5F}}, Case{"box_down", {1.25, 2.5, 34.5, 25.5}}),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(Resample, SameSizeIsACopy) {
  const Image image = numbered(9, 5);
  EXPECT_EQ(resize(image, 9, 5), image);
}

TEST(Resample, AConstantStaysConstant) {
  Image image = make_image(31, 17);
  std::fill(image.rgb.begin(), image.rgb.end(), std::uint8_t{255});
  for (const auto [w, h] : {Size{5, 3}, Size{64, 70}, Size{1, 1}, Size{31, 2}}) {
    const Image small = resize(image, w, h);
    EXPECT_TRUE(std::all_of(small.rgb.begin(), small.rgb.end(), [](int v) { return v == 255; })) << w << "x" << h;
  }
}

TEST(Resample, OnePixelFillsAnything) {
  Image image{1, 1, {10, 20, 30}};
  const Image large = resize(image, 3, 2);
  EXPECT_EQ(std::vector<std::uint8_t>(large.rgb.end() - 3, large.rgb.end()), image.rgb);
}

TEST(Resample, BoxesOutsideAreErrors) {
  const Image image = numbered(8, 6);
  for (const Box& box : {Box{-1, 0, 4, 4}, Box{5, 0, 4, 4}, Box{0, 3, 4, 4}, Box{0, 0, 0, 4}, Box{0, 0, 4, -1}}) {
    expect_error([&] { (void)resize(image, box, 4, 4); }, {"inside 8x6"});
  }
  expect_error([&] { (void)resize(image, 0, 4); }, {"at least 1x1"});
  expect_error([&] { (void)resize(image, 1 << 20, 1 << 20); }, {"megapixels"});
}

TEST(Resample, ShorterSideKeepsTheProportions) {
  EXPECT_EQ(shorter_side_size(numbered(50, 30), 15), (Size{15, 25}));
  EXPECT_EQ(shorter_side_size(numbered(30, 50), 15), (Size{25, 15}));
  EXPECT_EQ(shorter_side_size(numbered(500, 333), 256), (Size{256, 384}));
  const Image image = resize_shorter_side(numbered(50, 30), 15);
  EXPECT_EQ(Size({image.height, image.width}), (Size{15, 25}));
}

TEST(Resample, CropTakesTheRectangle) {
  const Image image = numbered(8, 6);
  const Image part = crop(image, 3, 2, 4, 3);
  for (int y = 0; y < 3; ++y) {
    EXPECT_TRUE(std::equal(part.row(y), part.row(y) + 12, image.row(y + 2) + 9));
  }
  expect_error([&] { (void)crop(image, 5, 2, 4, 3); }, {"inside 8x6", "4x3 at 5, 2"});
}

TEST(Resample, FlipMirrorsLeftAndRight) {
  Image image = numbered(5, 3);
  const Image before = image;
  flip(image);
  for (int y = 0; y < 3; ++y) {
    for (int x = 0; x < 5; ++x) EXPECT_TRUE(std::equal(image.row(y) + 3 * x, image.row(y) + 3 * x + 3, before.row(y) + 3 * (4 - x)));
  }
  flip(image);
  EXPECT_EQ(image, before);
}

}  // namespace
}  // namespace zf
