#include "native/media/opencv_decoder.h"

#include <algorithm>
#include <cstdlib>
#include <opencv2/imgcodecs.hpp>
#include <string>
#include <vector>

#include "core/io/atomic_file.h"
#include "tests/io/testing.h"

namespace zf {
namespace {

using testing::bytes_of;
using testing::expect_error;
using OpenCvDecoderFile = testing::TemporaryFolder;

Image decode(const std::vector<std::byte>& bytes, const std::string& name = "photo") { return OpenCvDecoder().decode(bytes, name); }

std::vector<std::byte> encode(const std::string& extension, const cv::Mat& mat, const std::vector<int>& options = {}) {
  std::vector<std::uint8_t> encoded;
  EXPECT_TRUE(cv::imencode(extension, mat, encoded, options));
  const auto bytes = std::as_bytes(std::span(encoded));
  return {bytes.begin(), bytes.end()};
}

/// Blocks of 16 x 16 pixels, so that JPEG keeps them: red and green above, blue and white below. BGR.
cv::Mat four_colours() {
  cv::Mat mat(32, 48, CV_8UC3);
  for (int y = 0; y < mat.rows; ++y) {
    for (int x = 0; x < mat.cols; ++x) {
      const bool left = x < 16;
      const bool top = y < 16;
      mat.at<cv::Vec3b>(y, x) =
          top ? (left ? cv::Vec3b{0, 0, 255} : cv::Vec3b{0, 255, 0}) : (left ? cv::Vec3b{255, 0, 0} : cv::Vec3b{255, 255, 255});
    }
  }
  return mat;
}

void expect_pixel(const Image& image, int x, int y, std::vector<int> expected, int tolerance = 0) {
  for (int c = 0; c < 3; ++c) {
    EXPECT_NEAR(int{image.row(y)[3 * x + c]}, expected[static_cast<std::size_t>(c)], tolerance) << x << ", " << y << ", channel " << c;
  }
}

/// A JPEG with this EXIF orientation in front of its other segments.
std::vector<std::byte> with_orientation(const std::vector<std::byte>& jpeg, char orientation) {
  const std::string exif =
      std::string("Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", 25) + orientation + std::string(6, '\0');
  const std::string segment = std::string("\xFF\xE1\0", 3) + static_cast<char>(exif.size() + 2) + exif;
  std::vector<std::byte> result(jpeg.begin(), jpeg.begin() + 2);
  const std::vector<std::byte> inserted = bytes_of(segment);
  result.insert(result.end(), inserted.begin(), inserted.end());
  result.insert(result.end(), jpeg.begin() + 2, jpeg.end());
  return result;
}

TEST(OpenCvDecoder, ColoursAreRgbInEveryFormat) {
  for (const char* extension : {".png", ".jpg", ".bmp", ".webp", ".tiff", ".ppm"}) {
    const Image image = decode(encode(extension, four_colours()));
    ASSERT_EQ(image.width, 48) << extension;
    ASSERT_EQ(image.height, 32) << extension;
    const int tolerance = std::string(extension) == ".jpg" || std::string(extension) == ".webp" ? 6 : 0;
    expect_pixel(image, 4, 4, {255, 0, 0}, tolerance);
    expect_pixel(image, 40, 4, {0, 255, 0}, tolerance);
    expect_pixel(image, 4, 28, {0, 0, 255}, tolerance);
    expect_pixel(image, 40, 28, {255, 255, 255}, tolerance);
  }
}

TEST(OpenCvDecoder, GreyBecomesThreeEqualChannels) {
  for (const char* extension : {".png", ".jpg"}) {
    const Image image = decode(encode(extension, cv::Mat(8, 8, CV_8UC1, cv::Scalar(77))));
    expect_pixel(image, 3, 3, {77, 77, 77}, 1);
  }
}

TEST(OpenCvDecoder, AlphaIsLaidOnMidGrey) {
  cv::Mat mat(1, 3, CV_8UC4);
  mat.at<cv::Vec4b>(0, 0) = {10, 20, 30, 255};
  mat.at<cv::Vec4b>(0, 1) = {10, 20, 30, 0};
  mat.at<cv::Vec4b>(0, 2) = {0, 0, 255, 128};
  for (const char* extension : {".png", ".tiff"}) {
    const Image image = decode(encode(extension, mat));
    expect_pixel(image, 0, 0, {30, 20, 10});
    expect_pixel(image, 1, 0, {128, 128, 128});
    expect_pixel(image, 2, 0, {192, 64, 64});
  }
}

TEST(OpenCvDecoder, SixteenBitsBecomeEight) {
  const Image colour = decode(encode(".png", cv::Mat(2, 2, CV_16UC3, cv::Scalar(0x1000, 0x8000, 0xFF00))));
  expect_pixel(colour, 0, 0, {0xFF, 0x80, 0x10});
  const Image grey = decode(encode(".png", cv::Mat(2, 2, CV_16UC1, cv::Scalar(0x4000))));
  expect_pixel(grey, 1, 1, {0x40, 0x40, 0x40});
  const Image alpha = decode(encode(".png", cv::Mat(2, 2, CV_16UC4, cv::Scalar(0x1000, 0x8000, 0xFF00, 0xFFFF))));
  expect_pixel(alpha, 1, 1, {0xFF, 0x80, 0x10});
}

TEST(OpenCvDecoder, ExifOrientationIsApplied) {
  const std::vector<std::byte> jpeg = encode(".jpg", four_colours());
  const Image turned = decode(with_orientation(jpeg, 6));  // a quarter turn clockwise
  ASSERT_EQ(turned.width, 32);
  ASSERT_EQ(turned.height, 48);
  expect_pixel(turned, 28, 4, {255, 0, 0}, 6);
  expect_pixel(turned, 4, 4, {0, 0, 255}, 6);
  const Image mirrored = decode(with_orientation(jpeg, 2));
  expect_pixel(mirrored, 44, 4, {255, 0, 0}, 6);
}

TEST(OpenCvDecoder, CutFilesAreErrors) {
  for (const char* extension : {".jpg", ".png", ".webp", ".bmp"}) {
    const std::vector<std::byte> whole = encode(extension, four_colours());
    for (const double part : {0.99, 0.9, 0.5, 0.1}) {
      const std::vector<std::byte> cut(whole.begin(),
                                       whole.begin() + static_cast<std::ptrdiff_t>(part * static_cast<double>(whole.size())));
      expect_error([&] { (void)decode(cut, "cut" + std::string(extension)); }, {"cut" + std::string(extension), "expected"});
    }
  }
}

TEST(OpenCvDecoder, CutJpegWithAThumbnailIsAnError) {
  // The end marker of a thumbnail in the metadata must not pass for the photo's.
  std::vector<std::byte> jpeg = encode(".jpg", four_colours());
  const std::vector<std::byte> thumbnail = bytes_of(std::string("\xFF\xE1\x00\x08xx\xFF\xD9yy", 10));
  jpeg.insert(jpeg.begin() + 2, thumbnail.begin(), thumbnail.end());
  EXPECT_NO_THROW((void)decode(jpeg));
  jpeg.resize(jpeg.size() - 20);
  expect_error([&] { (void)decode(jpeg, "a.jpg"); }, {"a.jpg", "cut short"});
}

TEST(OpenCvDecoder, NoImagesAreErrorsThatNameTheFile) {
  expect_error([] { (void)decode({}, "empty.jpg"); }, {"empty.jpg", "empty file"});
  expect_error([] { (void)decode(bytes_of("hello, this is text"), "text.jpg"); }, {"text.jpg", "cannot be decoded"});
  expect_error([] { (void)decode(std::vector<std::byte>(5000), "zeros.png"); }, {"zeros.png", "cannot be decoded"});
  for (const char* start : {"\x89PNG\r\n\x1A\n", "\xFF\xD8\xFF", "BM"}) {
    expect_error([&] { (void)decode(bytes_of(start), "start"); }, {"start", "cut short"});
  }
}

TEST(OpenCvDecoder, DamagedFilesAreErrors) {
  std::vector<std::byte> png = encode(".png", four_colours());
  for (const std::size_t at : {std::size_t{24}, png.size() / 2, png.size() - 20}) {  // in IHDR and in IDAT
    std::vector<std::byte> broken = png;
    broken[at] ^= std::byte{1};
    expect_error([&] { (void)decode(broken, "broken.png"); }, {"broken.png", "damaged"});
  }
  png[36] = std::byte{0xFF};  // the length of the second chunk
  expect_error([&] { (void)decode(png, "broken.png"); }, {"broken.png", "damaged"});
}

TEST(OpenCvDecoder, PngTextAndProfilesDoNotMatter) {
  std::vector<std::byte> png = encode(".png", four_colours());
  const std::vector<std::byte> junk = bytes_of(std::string("\0\0\0\x04iCCPabcdCRC!", 16));  // no profile and no checksum
  png.insert(png.begin() + 33, junk.begin(), junk.end());
  expect_pixel(decode(png), 4, 4, {255, 0, 0});
}

TEST(OpenCvDecoder, HeadersSayWhatIsDecoded) {
  for (const char* extension : {".png", ".jpg", ".bmp", ".webp", ".tiff", ".ppm"}) {
    const auto header = read_image_header(encode(extension, four_colours()));
    ASSERT_TRUE(header) << extension;
    EXPECT_EQ(header->width, 48) << extension;
    EXPECT_EQ(header->height, 32) << extension;
    EXPECT_FALSE(header->alpha) << extension;
  }
  for (const char* extension : {".png", ".webp", ".tiff"}) {
    EXPECT_TRUE(read_image_header(encode(extension, cv::Mat(4, 4, CV_8UC4, cv::Scalar(1, 2, 3, 4))))->alpha) << extension;
  }
}

TEST(OpenCvDecoder, HugeImagesAreRefusedBeforeDecoding) {
  expect_error([] { (void)decode(bytes_of("P6 20000 20000 255\n"), "huge.ppm"); }, {"huge.ppm", "100 megapixels"});
  std::vector<std::byte> png = encode(".png", four_colours());
  for (const std::size_t at : {std::size_t{18}, std::size_t{22}}) png[at] = std::byte{0x40};  // sides of more than 16384 pixels
  expect_error([&] { (void)decode(png, "huge.png"); }, {"huge.png", "100 megapixels"});
}

TEST(OpenCvDecoder, NothingIsPrintedAboutBadImages) {
  for (const char* extension : {".jpg", ".png", ".webp", ".bmp"}) {
    std::vector<std::byte> cut = encode(extension, four_colours());
    cut.resize(cut.size() / 2);
    ::testing::internal::CaptureStderr();
    expect_error([&] { (void)decode(cut); }, {"expected"});
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "") << extension;
  }
}

TEST_F(OpenCvDecoderFile, LoadImageReadsFilesAndNamesThem) {
  write_file(path("a.png"), encode(".png", four_colours()));
  EXPECT_EQ(load_image(path("a.png")).width, 48);
  expect_error([&] { (void)load_image(path("none.png")); }, {"none.png", "expected a file"});
  write_file(path("empty.png"), "");
  expect_error([&] { (void)load_image(path("empty.png")); }, {"empty.png", "empty file"});
  expect_error([&] { (void)load_image(path("")); }, {"folder"});
}

}  // namespace
}  // namespace zf
