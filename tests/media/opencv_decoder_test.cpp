#include "native/media/opencv_decoder.h"

#include <opencv2/imgcodecs.hpp>
#include <string>
#include <vector>

#include "core/io/atomic_file.h"
#include "core/tensor/error.h"
#include "tests/media/photos.h"

namespace zf {
namespace {

using testing::bytes_of;
using testing::decode;
using testing::decode_noted;
using testing::encode;
using testing::expect_error;
using testing::expect_four_colours;
using testing::expect_pixel;
using testing::four_colours;
using OpenCvDecoderFile = testing::TemporaryFolder;

TEST(OpenCvDecoder, ColoursAreRgbInEveryFormat) {
  for (const char* extension : {".png", ".jpg", ".bmp", ".webp", ".tiff", ".ppm", ".jp2"}) {
    SCOPED_TRACE(extension);
    const std::string ending = extension;
    expect_four_colours(decode(encode(extension, four_colours())), ending == ".jpg" || ending == ".webp" || ending == ".jp2" ? 6 : 0);
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

TEST(OpenCvDecoder, CutFilesAreErrors) {
  for (const char* extension : {".webp", ".bmp", ".tiff", ".jp2", ".ppm"}) {
    const std::vector<std::byte> whole = encode(extension, four_colours());
    for (const double part : {0.9, 0.5, 0.1}) {
      const std::vector<std::byte> cut(whole.begin(),
                                       whole.begin() + static_cast<std::ptrdiff_t>(part * static_cast<double>(whole.size())));
      expect_error([&] { (void)decode(cut, "cut" + std::string(extension)); }, {"cut" + std::string(extension), "expected"});
    }
  }
}

TEST(OpenCvDecoder, NoImagesAreErrorsThatSayWhatTheyAre) {
  expect_error([] { (void)decode({}, "empty.jpg"); }, {"empty.jpg", "expected an image, found an empty file"});
  expect_error([] { (void)decode(bytes_of("hello, this is text"), "text.jpg"); }, {"text.jpg", "expected an image, found a text file"});
  expect_error([] { (void)decode(std::vector<std::byte>(5000), "zeros.png"); }, {"zeros.png", "nothing but zeros"});
  expect_error([] { (void)decode(bytes_of("%PDF-1.4"), "a.jpg"); }, {"expected an image, found a PDF"});
  for (const char* start : {"\x89PNG\r\n\x1A\n", "\xFF\xD8\xFF", "BM", "GIF89a", "RIFF....WEBP"}) {
    expect_error([&] { (void)decode(bytes_of(start), "start"); }, {"start", "cut short"});
  }
}

TEST(OpenCvDecoder, DamagedPngAreErrors) {
  std::vector<std::byte> png = encode(".png", four_colours());
  for (const std::size_t at : {std::size_t{24}, png.size() / 2, png.size() - 20}) {  // in IHDR and in IDAT
    std::vector<std::byte> broken = png;
    broken[at] ^= std::byte{1};
    expect_error([&] { (void)decode(broken, "broken.png"); }, {"broken.png", "damaged"});
  }
  png[36] = std::byte{0xFF};  // the length of the second chunk
  expect_error([&] { (void)decode(png, "broken.png"); }, {"broken.png", "expected a PNG"});
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
  expect_error([] { (void)decode(bytes_of("P6 20000 20000 255\n"), "huge.ppm"); }, {"huge.ppm", "100 megapixels", "20000x20000"});
  for (const char* const extension : {".png", ".tiff", ".webp"}) {
    const auto file = encode(extension, four_colours());
    expect_error([&] { (void)decode_noted(file, "big", {1000, "--more"}); }, {"big", "(--more raises that)", "48x32"});
    EXPECT_NO_THROW((void)decode_noted(file, "big", {48 * 32, "--more"}));
  }
}

TEST(OpenCvDecoder, StripsAreRefused) {
  for (const char* const extension : {".png", ".jpg", ".webp", ".bmp", ".tiff", ".ppm"}) {
    expect_error([&] { (void)decode(encode(extension, cv::Mat(5, 10'000, CV_8UC3, cv::Scalar(1, 2, 3))), "strip"); },
                 {"strip", "a strip of 10000x5 pixels"});
  }
}

TEST(OpenCvDecoder, NothingIsPrintedAboutBadImages) {
  for (const char* extension : {".jpg", ".png", ".webp", ".bmp", ".tiff", ".jp2"}) {
    const std::vector<std::byte> whole = encode(extension, four_colours());
    ::testing::internal::CaptureStderr();
    for (std::size_t at = 0; at < whole.size(); at += 1 + whole.size() / 50) {
      std::vector<std::byte> broken = whole;
      broken[at] ^= std::byte{0x55};
      for (const auto& file : {broken, std::vector<std::byte>(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(at))}) {
        try {
          (void)decode(file);
        } catch (const Error&) {
        }
      }
    }
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
