// JPEG and PNG files that end early or are damaged are shown as viewers show them, with a word; JPEG beyond the limit is read smaller.
#include <algorithm>
#include <cmath>

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

/// A picture that no row repeats.
cv::Mat waves(int width = 160, int height = 120) {
  cv::Mat mat(height, width, CV_8UC3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c)
        mat.at<cv::Vec3b>(y, x)[c] = static_cast<std::uint8_t>(128 + 90 * std::sin(0.31 * x + 0.23 * y * (c + 1) + x * y));
    }
  }
  return mat;
}

std::vector<std::byte> cut(std::vector<std::byte> file, double part) {
  file.resize(static_cast<std::size_t>(part * static_cast<double>(file.size())));
  return file;
}

void expect_note(const DecodedImage& photo, const std::string& said) {
  ASSERT_EQ(photo.notes.size(), 1U) << said;
  EXPECT_NE(photo.notes.front().find(said), std::string::npos) << photo.notes.front();
}

/// The number in front of " %".
int percent(const DecodedImage& photo) {
  const std::string& note = photo.notes.at(0);
  const std::size_t end = note.find(" %");
  return std::stoi(note.substr(note.rfind(' ', end - 1) + 1));
}

int rows_alike(const Image& a, const Image& b) {
  int y = 0;
  while (y < a.height && std::equal(a.row(y), a.row(y) + 3 * a.width, b.row(y))) ++y;
  return y;
}

TEST(Damage, WholeFilesHaveNoNotes) {
  for (const char* const extension : {".jpg", ".png"}) EXPECT_TRUE(decode_noted(encode(extension, waves())).notes.empty()) << extension;
  EXPECT_TRUE(decode_noted(encode(".jpg", waves(), {cv::IMWRITE_JPEG_PROGRESSIVE, 1})).notes.empty());
}

TEST(Damage, AJpegWithoutItsEndMarkerIsWhole) {
  std::vector<std::byte> jpeg = encode(".jpg", waves());
  const Image whole = decode(jpeg);
  jpeg.resize(jpeg.size() - 2);
  const DecodedImage photo = decode_noted(jpeg);
  EXPECT_EQ(photo.image, whole);
  expect_note(photo, "lacks its end marker");
}

TEST(Damage, ACutJpegShowsWhatIsThere) {
  const std::vector<std::byte> jpeg = encode(".jpg", waves());
  const Image whole = decode(jpeg);
  for (const double part : {0.3, 0.5, 0.8}) {
    const DecodedImage photo = decode_noted(cut(jpeg, part));
    expect_note(photo, "the file ends early");
    EXPECT_NEAR(percent(photo), 100 * (1 - part), 15) << part;
    EXPECT_NEAR(rows_alike(photo.image, whole), part * whole.height, 0.15 * whole.height) << part;
    expect_pixel(photo.image, 80, 119, {128, 128, 128});
  }
  const DecodedImage coarse = decode_noted(cut(encode(".jpg", waves(), {cv::IMWRITE_JPEG_PROGRESSIVE, 1}), 0.8));
  expect_note(coarse, "the file ends early: details");
  EXPECT_LT(rows_alike(coarse.image, whole), whole.height);
}

TEST(Damage, TheEndOfAThumbnailIsNotTheEnd) {
  const auto jpeg = testing::with_segment(encode(".jpg", waves()), '\xE1', "xx\xFF\xD9yy");
  EXPECT_TRUE(decode_noted(jpeg).notes.empty());
  expect_note(decode_noted(cut(jpeg, 0.5)), "the file ends early");
}

TEST(Damage, AJpegWithoutAnythingToShowIsRefused) {
  const std::vector<std::byte> jpeg = encode(".jpg", waves());
  for (std::size_t size = 3; size < 630; size += 13) {  // its tables and the beginning of its scan
    std::vector<std::byte> start = jpeg;
    start.resize(size);
    expect_error([&] { (void)decode(start, "a.jpg"); }, {"a.jpg", "expected a JPEG", "cut short"});
  }
}

TEST(Damage, AJpegDamagedInTheMiddleIsNoted) {
  std::vector<std::byte> jpeg = encode(".jpg", waves());
  const Image whole = decode(jpeg);
  std::fill_n(jpeg.begin() + static_cast<std::ptrdiff_t>(jpeg.size() / 2), 400, std::byte{0x55});
  const DecodedImage photo = decode_noted(jpeg);
  ASSERT_EQ(photo.notes.size(), 1U);
  EXPECT_TRUE(photo.notes.front().find("damaged") != std::string::npos || photo.notes.front().find("ends early") != std::string::npos)
      << photo.notes.front();
  EXPECT_NEAR(rows_alike(photo.image, whole), whole.height / 2.0, 0.15 * whole.height);
}

TEST(Damage, ACutPngShowsItsRows) {
  const std::vector<std::byte> png = encode(".png", waves());
  const Image whole = decode(png);
  const DecodedImage photo = decode_noted(cut(png, 0.5));
  expect_note(photo, "the file ends early");
  EXPECT_NEAR(percent(photo), 50, 15);
  EXPECT_NEAR(rows_alike(photo.image, whole), whole.height / 2.0, 0.15 * whole.height);
  expect_pixel(photo.image, 80, 119, {128, 128, 128});
  std::vector<std::byte> endless = png;
  endless.resize(png.size() - 12);
  EXPECT_EQ(decode_noted(endless).image, whole);
  expect_note(decode_noted(endless), "lacks its end");
  expect_error([&] { (void)decode(cut(png, 0.001), "a.png"); }, {"a.png", "cut short"});
}

TEST(JpegPhoto, OrdinaryPhotosAreLibjpegs) {
  for (const std::vector<int>& options :
       std::vector<std::vector<int>>{{}, {cv::IMWRITE_JPEG_PROGRESSIVE, 1}, {cv::IMWRITE_JPEG_QUALITY, 60}}) {
    for (const int flags : {cv::IMREAD_COLOR, cv::IMREAD_GRAYSCALE}) {
      const auto wide = encode(".jpg", waves(161, 123), options);
      const cv::Mat read = cv::imdecode(cv::Mat(1, static_cast<int>(wide.size()), CV_8U, const_cast<std::byte*>(wide.data())), flags);
      const auto jpeg = encode(".jpg", read, options);
      const cv::Mat expected =
          cv::imdecode(cv::Mat(1, static_cast<int>(jpeg.size()), CV_8U, const_cast<std::byte*>(jpeg.data())), cv::IMREAD_COLOR);
      const Image found = decode(jpeg);
      ASSERT_EQ(found.width, expected.cols);
      ASSERT_EQ(found.height, expected.rows);
      int different = 0;
      for (int y = 0; y < found.height; ++y) {
        for (int x = 0; x < 3 * found.width; ++x) different += found.row(y)[x] != expected.ptr(y)[x / 3 * 3 + 2 - x % 3] ? 1 : 0;
      }
      EXPECT_EQ(different, 0);
    }
  }
}

TEST(JpegPhoto, BeyondTheLimitIsReadAtAHalfOrLess) {
  const std::vector<std::byte> jpeg = encode(".jpg", four_colours());
  struct Case {
    std::int64_t pixels;
    int shrunk;
  };
  for (const Case& tested : {Case{48 * 32, 1}, Case{48 * 32 - 1, 2}, Case{24 * 16, 2}, Case{24 * 16 - 1, 4}, Case{6 * 4, 8}}) {
    const DecodedImage photo = decode_noted(jpeg, "a.jpg", {tested.pixels, {}});
    ASSERT_EQ(photo.shrunk, tested.shrunk) << tested.pixels;
    ASSERT_EQ(photo.image.width, 48 / tested.shrunk);
    ASSERT_EQ(photo.image.height, 32 / tested.shrunk);
    expect_pixel(photo.image, 0, 0, {255, 0, 0}, 6);
    expect_pixel(photo.image, photo.image.width - 1, 0, {0, 255, 0}, 6);
    expect_pixel(photo.image, 0, photo.image.height - 1, {0, 0, 255}, 6);
    if (tested.shrunk > 1) expect_note(photo, "a photo of 48x32 pixels, read at");
  }
  expect_error([&] { (void)decode_noted(jpeg, "a.jpg", {23, "--more"}); }, {"a.jpg", "--more raises that", "48x32"});
  const DecodedImage odd = decode_noted(encode(".jpg", waves(161, 123)), "a.jpg", {10'000, {}});
  EXPECT_EQ(odd.image.width, 81);
  EXPECT_EQ(odd.image.height, 62);
}

}  // namespace
}  // namespace zf
