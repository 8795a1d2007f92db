#pragma once

#include <opencv2/imgcodecs.hpp>
#include <string>
#include <utility>
#include <vector>

#include "native/media/opencv_decoder.h"
#include "tests/io/testing.h"

namespace zf::testing {

inline DecodedImage decode_noted(const std::vector<std::byte>& bytes, const std::string& name = "photo", PhotoLimits limits = {}) {
  return OpenCvDecoder(std::move(limits)).decode(bytes, name);
}

inline Image decode(const std::vector<std::byte>& bytes, const std::string& name = "photo") { return decode_noted(bytes, name).image; }

inline std::vector<std::byte> encode(const std::string& extension, const cv::Mat& mat, const std::vector<int>& options = {}) {
  std::vector<std::uint8_t> encoded;
  EXPECT_TRUE(cv::imencode(extension, mat, encoded, options));
  const auto bytes = std::as_bytes(std::span(encoded));
  return {bytes.begin(), bytes.end()};
}

/// Blocks of 16 x 16 pixels, so that JPEG keeps them: red and green above, blue and white below. BGR.
inline cv::Mat four_colours() {
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

inline void expect_pixel(const Image& image, int x, int y, std::vector<int> expected, int tolerance = 0) {
  for (int c = 0; c < 3; ++c) {
    EXPECT_NEAR(int{image.row(y)[3 * x + c]}, expected[static_cast<std::size_t>(c)], tolerance) << x << ", " << y << ", channel " << c;
  }
}

/// That these are four_colours(), upright.
inline void expect_four_colours(const Image& image, int tolerance) {
  ASSERT_EQ(image.width, 48);
  ASSERT_EQ(image.height, 32);
  expect_pixel(image, 4, 4, {255, 0, 0}, tolerance);
  expect_pixel(image, 40, 4, {0, 255, 0}, tolerance);
  expect_pixel(image, 4, 28, {0, 0, 255}, tolerance);
  expect_pixel(image, 40, 28, {255, 255, 255}, tolerance);
}

/// The TIFF structure of EXIF that says an orientation and nothing else.
inline std::string exif(int orientation) {
  return std::string("MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", 19) + static_cast<char>(orientation) + std::string(6, '\0');
}

inline std::string big32(std::size_t value) {
  return {static_cast<char>(value >> 24U), static_cast<char>(value >> 16U), static_cast<char>(value >> 8U), static_cast<char>(value)};
}

/// PNG's: its frame is length, type, data and checksum (CRC-32).
inline std::string png_chunk(const std::string& type, const std::string& data) {
  std::uint32_t crc = ~0U;
  for (const char c : type + data) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1U ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0);
  }
  return big32(data.size()) + type + data + big32(~crc);
}

inline std::vector<std::byte> insert(std::vector<std::byte> file, std::size_t at, const std::string& part) {
  const std::vector<std::byte> inserted = bytes_of(part);
  file.insert(file.begin() + static_cast<std::ptrdiff_t>(at), inserted.begin(), inserted.end());
  return file;
}

/// A JPEG with this content of a segment in front of its others.
inline std::vector<std::byte> with_segment(const std::vector<std::byte>& jpeg, char marker, const std::string& content) {
  return insert(jpeg, 2, std::string("\xFF") + marker + big32(content.size() + 2).substr(2) + content);
}

}  // namespace zf::testing
