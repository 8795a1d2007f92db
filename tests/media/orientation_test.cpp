// Photos stored in all eight ways in which a camera can be held, in every format that says so.
#include <webp/mux.h>

#include <algorithm>
#include <memory>
#include <opencv2/core.hpp>

#include "tests/media/photos.h"

namespace zf {
namespace {

using testing::big32;
using testing::bytes_of;
using testing::decode;
using testing::encode;
using testing::exif;
using testing::expect_four_colours;
using testing::four_colours;

/// four_colours() as a camera stores it: EXIF's own words say which side of the picture the stored row 0 and column 0 are.
cv::Mat stored(int orientation, int type = CV_8UC3) {
  cv::Mat upright = four_colours();
  if (type == CV_8UC4) {
    std::vector<cv::Mat> planes;
    cv::split(upright, planes);
    planes.emplace_back(upright.size(), CV_8U, cv::Scalar(255));
    cv::merge(planes, upright);
  }
  if (type == CV_16UC3) upright.convertTo(upright, CV_16U, 257);
  const int w = upright.cols - 1;
  const int h = upright.rows - 1;
  const bool across = orientation >= 5;
  cv::Mat mat(across ? upright.cols : upright.rows, across ? upright.rows : upright.cols, upright.type());
  for (int r = 0; r < mat.rows; ++r) {
    for (int c = 0; c < mat.cols; ++c) {
      const cv::Point at = orientation == 1   ? cv::Point(c, r)
                           : orientation == 2 ? cv::Point(w - c, r)
                           : orientation == 3 ? cv::Point(w - c, h - r)
                           : orientation == 4 ? cv::Point(c, h - r)
                           : orientation == 5 ? cv::Point(r, c)
                           : orientation == 6 ? cv::Point(w - r, c)
                           : orientation == 7 ? cv::Point(w - r, h - c)
                                              : cv::Point(r, h - c);
      std::copy_n(upright.ptr(at.y, at.x), upright.elemSize(), mat.ptr(r, c));
    }
  }
  return mat;
}

class Oriented : public ::testing::TestWithParam<int> {};

INSTANTIATE_TEST_SUITE_P(All, Oriented, ::testing::Range(1, 9));

TEST_P(Oriented, Jpeg) {
  const auto jpeg = encode(".jpg", stored(GetParam()));
  expect_four_colours(decode(testing::with_segment(jpeg, '\xE1', std::string("Exif\0\0", 6) + exif(GetParam()))), 6);
}

std::vector<std::byte> png_with_exif(const cv::Mat& mat, int orientation, bool behind) {
  const auto png = encode(".png", mat);
  constexpr std::size_t kEnd = 12;  // IEND
  return testing::insert(png, behind ? png.size() - kEnd : 33, testing::png_chunk("eXIf", exif(orientation)));
}

TEST_P(Oriented, Png) {
  for (const int type : {CV_8UC3, CV_8UC4, CV_16UC3}) {
    for (const bool behind : {false, true}) expect_four_colours(decode(png_with_exif(stored(GetParam(), type), GetParam(), behind)), 0);
  }
}

std::vector<std::byte> webp_with_exif(const std::vector<std::byte>& webp, int orientation) {
  const std::string data = exif(orientation);
  const WebPData image{reinterpret_cast<const std::uint8_t*>(webp.data()), webp.size()};
  const WebPData chunk{reinterpret_cast<const std::uint8_t*>(data.data()), data.size()};
  const std::unique_ptr<WebPMux, decltype(&WebPMuxDelete)> mux(WebPMuxCreate(&image, 0), &WebPMuxDelete);
  EXPECT_EQ(WebPMuxSetChunk(mux.get(), "EXIF", &chunk, 0), WEBP_MUX_OK);
  WebPData file{};
  EXPECT_EQ(WebPMuxAssemble(mux.get(), &file), WEBP_MUX_OK);
  const auto bytes = std::as_bytes(std::span(file.bytes, file.size));
  std::vector<std::byte> result(bytes.begin(), bytes.end());
  WebPDataClear(&file);
  return result;
}

TEST_P(Oriented, Webp) {
  constexpr int kLossless = 101;
  for (const int type : {CV_8UC3, CV_8UC4}) {
    const auto webp = encode(".webp", stored(GetParam(), type), {cv::IMWRITE_WEBP_QUALITY, kLossless});
    expect_four_colours(decode(webp_with_exif(webp, GetParam())), 0);
  }
}

/// OpenCV writes no orientation: its file's directory moves behind the end, with one entry more, which the order of tags puts in place.
std::vector<std::byte> tiff_with_orientation(const std::vector<std::byte>& tiff, int orientation) {
  const std::string file = testing::text_of(tiff);
  const auto u16 = [&](std::size_t at) { return static_cast<unsigned char>(file[at]) | static_cast<unsigned char>(file[at + 1]) << 8; };
  const auto at = static_cast<std::size_t>(u16(4) | u16(6) << 16);
  const std::size_t entries = static_cast<std::size_t>(u16(at));
  std::size_t before = 0;
  while (before < entries && u16(at + 2 + 12 * before) < 0x0112) ++before;
  EXPECT_NE(u16(at + 2 + 12 * before), 0x0112) << "OpenCV writes one now";
  const std::string entry = std::string("\x12\x01\x03\0\x01\0\0\0", 8) + static_cast<char>(orientation) + std::string(3, '\0');
  const std::string padded = file + (file.size() % 2 == 0 ? "" : std::string(1, '\0'));
  const std::string place = big32(padded.size());
  std::string result = padded + static_cast<char>(entries + 1) + '\0' + file.substr(at + 2, 12 * before) + entry +
                       file.substr(at + 2 + 12 * before, 12 * (entries - before)) + std::string(4, '\0');
  for (std::size_t i = 0; i < 4; ++i) result[4 + i] = place[3 - i];
  return bytes_of(result);
}

TEST_P(Oriented, Tiff) {
  for (const int type : {CV_8UC3, CV_8UC4, CV_16UC3}) {
    expect_four_colours(decode(tiff_with_orientation(encode(".tiff", stored(GetParam(), type)), GetParam())), 0);
  }
}

/// Phones say it twice, as properties of HEIF and as EXIF: once is enough. The fixtures are tests/fixtures/make_heif.py's.
TEST_P(Oriented, HeicAndAvif) {
#ifndef ZF_HEIF
  GTEST_SKIP() << "this build has no libheif";
#endif
  for (const char* const ending : {"heic", "avif"}) {
    const std::string file = ZF_FIXTURES "/media/orientation" + std::to_string(GetParam()) + '.' + ending;
    const Image image = load_image(file);
    SCOPED_TRACE(file);
    expect_four_colours(image, 12);
  }
}

}  // namespace
}  // namespace zf
