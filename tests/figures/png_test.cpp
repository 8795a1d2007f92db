#include "core/report/png.h"

#include <gtest/gtest.h>

#include <opencv2/imgcodecs.hpp>
#include <random>

#include "core/tensor/error.h"

namespace zf {
namespace {

/// Decoded by OpenCV, which gives BGR.
Picture decode(const std::vector<std::byte>& bytes) {
  const cv::Mat data(1, static_cast<int>(bytes.size()), CV_8UC1, const_cast<std::byte*>(bytes.data()));
  const cv::Mat image = cv::imdecode(data, cv::IMREAD_COLOR);
  Picture picture = make_picture(image.cols, image.rows);
  for (int y = 0; y < image.rows; ++y) {
    for (int x = 0; x < image.cols; ++x) {
      const auto& bgr = image.at<cv::Vec3b>(y, x);
      fill(picture, {x, y, 1, 1}, {bgr[2], bgr[1], bgr[0]});
    }
  }
  return picture;
}

TEST(Png, OthersReadWhatWeWrite) {
  std::mt19937 random(7);
  for (const auto& [width, height] : {std::pair{1, 1}, std::pair{3, 2}, std::pair{257, 31}, std::pair{224, 224}}) {
    Picture noise = make_picture(width, height);
    for (std::uint8_t& level : noise.rgb) level = static_cast<std::uint8_t>(random() & 255U);
    EXPECT_EQ(decode(encode_png(noise)), noise);
    Picture flat = make_picture(width, height, {10, 20, 30});
    fill(flat, {1, 1, width / 2, height / 2}, {200, 100, 0});
    EXPECT_EQ(decode(encode_png(flat)), flat);
  }
}

TEST(Png, FlatPicturesAreSmall) { EXPECT_LT(encode_png(make_picture(1000, 1000)).size(), 40'000U); }

TEST(Png, RefusesEmptyPictures) { EXPECT_THROW((void)encode_png({}), Error); }

}  // namespace
}  // namespace zf
