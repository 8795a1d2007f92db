// JPEG files that core and libjpeg-turbo write, read by OpenCV.
#include "core/io/jpeg.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "native/media/opencv_decoder.h"
#include "native/media/turbo_jpeg.h"
#include "tests/expect_error.h"

namespace zf {
namespace {

Image smooth(int width, int height) {
  Image image = make_image(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < 3 * width; ++x) {
      image.row(y)[x] = static_cast<std::uint8_t>(128 + 100 * std::sin(0.11 * (x / 3) + 0.07 * y + 2 * (x % 3)));
    }
  }
  return image;
}

double mean_difference(const Image& a, const Image& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.rgb.size(); ++i) sum += std::abs(static_cast<int>(a.rgb[i]) - static_cast<int>(b.rgb[i]));
  return sum / static_cast<double>(a.rgb.size());
}

class Jpeg : public ::testing::TestWithParam<JpegEncoder> {};

INSTANTIATE_TEST_SUITE_P(Encoders, Jpeg, ::testing::Values(encode_jpeg, turbo_jpeg),
                         [](const auto& tested) { return tested.index == 0 ? "Core" : "Turbo"; });

TEST_P(Jpeg, IsWhatItWas) {
  const OpenCvDecoder decoder;
  for (const Size size : {Size{1, 1}, Size{7, 9}, Size{16, 16}, Size{75, 101}}) {
    const Image image = smooth(size.w, size.h);
    const Image found = decoder.decode(GetParam()(image, 95), "waves").image;
    ASSERT_EQ(found.width, size.w);
    ASSERT_EQ(found.height, size.h);
    EXPECT_LT(mean_difference(image, found), 2.5) << size.w;
  }
}

/// Rows of red and blue in turn.
TEST_P(Jpeg, KeepsColoursOfSinglePixelsAboveQuality90) {
  Image image = make_image(32, 32);
  for (int y = 0; y < 32; ++y) {
    for (int x = 0; x < 32; ++x) image.row(y)[3 * x + (y % 2 == 0 ? 0 : 2)] = 200;
  }
  const OpenCvDecoder decoder;
  EXPECT_LT(mean_difference(image, decoder.decode(GetParam()(image, 91), "rows").image), 10);
  EXPECT_GT(mean_difference(image, decoder.decode(GetParam()(image, 90), "rows").image), 30);
}

TEST_P(Jpeg, FilesOfOneSizeShareWhatIsBeforeTheScan) {
  const std::vector<std::byte> a = GetParam()(smooth(40, 30), 80);
  const std::vector<std::byte> b = GetParam()(make_image(40, 30), 80);
  const std::size_t begin = jpeg_scan_begin(a);
  ASSERT_EQ(begin, jpeg_scan_begin(b));
  EXPECT_LT(begin, b.size());
  EXPECT_TRUE(std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(begin), b.begin()));
}

TEST_P(Jpeg, RefusesWhatCannotBeWritten) {
  testing::expect_error([] { (void)GetParam()(Image{}, 90); }, {"1 to 65535", "0x0"});
  testing::expect_error([] { (void)GetParam()(make_image(2, 2), 0); }, {"1 to 100", "found 0"});
}

TEST(JpegScan, IsOnlyInJpegFiles) {
  testing::expect_error([] { (void)jpeg_scan_begin(std::vector<std::byte>(10)); }, {"JPEG"});
}

}  // namespace
}  // namespace zf
