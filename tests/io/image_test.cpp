#include "core/io/image.h"

#include "tests/io/testing.h"

namespace zf {
namespace {

using testing::bytes_of;
using testing::expect_error;

std::string big32(std::uint32_t value) {
  return {static_cast<char>(value >> 24U), static_cast<char>(value >> 16U), static_cast<char>(value >> 8U), static_cast<char>(value)};
}

std::string png_chunk(const std::string& type, const std::string& data) {
  return big32(static_cast<std::uint32_t>(data.size())) + type + data + "CRC.";
}

std::string png(std::uint32_t width, std::uint32_t height, char colour_type, const std::string& more = "") {
  const std::string header = big32(width) + big32(height) + '\x08' + colour_type + std::string(3, '\0');
  return "\x89PNG\r\n\x1A\n" + png_chunk("IHDR", header) + more + png_chunk("IDAT", "xx");
}

std::optional<ImageHeader> header_of(const std::string& text) { return read_image_header(bytes_of(text)); }

TEST(Image, AlphaIsLaidOnMidGrey) {
  const std::vector<std::uint8_t> rgba = {200, 100, 0, 255, 200, 100, 0, 0, 255, 0, 128, 128};
  const Image image = image_from_rgba(3, 1, rgba);
  EXPECT_EQ(image.rgb, (std::vector<std::uint8_t>{200, 100, 0, 128, 128, 128, 192, 64, 128}));
  expect_error([&] { (void)image_from_rgba(2, 1, rgba); }, {"expected 8 bytes", "12"});
}

TEST(Image, SizesAreLimited) {
  EXPECT_NO_THROW(check_image_size(10'000, 10'000, "a.png"));
  expect_error([] { check_image_size(10'001, 10'000, "a.png"); }, {"a.png", "100 megapixels", "10001x10000"});
  expect_error([] { check_image_size(0, 5, "a.png"); }, {"a.png", "at least 1x1"});
  expect_error([] { check_image_size(std::int64_t{1} << 40, std::int64_t{1} << 40, "a.png"); }, {"megapixels"});
}

TEST(Image, PhotosOfStripsAndOfTooManyPixelsAreRefused) {
  EXPECT_NO_THROW(check_photo_size(10'000, 10'000, {}, "a.png"));
  EXPECT_NO_THROW(check_photo_size(5000, 100, {}, "a.png"));
  EXPECT_NO_THROW(check_photo_size(1, 1, {}, "a.png"));
  expect_error([] { check_photo_size(5001, 100, {}, "a.png"); }, {"a.png", "at most 50 times", "a strip of 5001x100 pixels"});
  expect_error([] { check_photo_size(5, 10'000, {}, "a.png"); }, {"a strip of 5x10000 pixels"});
  expect_error([] { check_photo_size(0, 5, {}, "a.png"); }, {"at least 1x1", "0x5"});
  expect_error([] { check_photo_size(12'000, 9000, {}, "a.png"); }, {"at most 100 megapixels, found 12000x9000 (108 megapixels)"});
  const PhotoLimits raised{200'000'000, "--max"};
  EXPECT_NO_THROW(check_photo_size(12'000, 9000, raised, "a.png"));
  expect_error([&] { check_photo_size(20'000, 20'000, raised, "a.png"); }, {"200 megapixels (--max raises that)", "(400 megapixels)"});
  expect_error([] { check_photo_size(std::int64_t{1} << 32, std::int64_t{1} << 32, {}, "a.png"); }, {"megapixels"});
}

TEST(ImageHeader, GifAndJpeg2000) {
  const auto gif = header_of(std::string("GIF89a\x05\x01\x07\0", 10));
  ASSERT_TRUE(gif);
  EXPECT_EQ(gif->width, 0x105);
  EXPECT_EQ(gif->height, 7);
  EXPECT_FALSE(header_of("GIF89a"));
  const std::string code("\xFF\x4F\xFF\x51....\0\0\0\x15\0\0\x01\x07\0\0\0\x10\0\0\0\0", 24);  // 21x263, less an offset of 16 columns
  for (const std::string& file : {code, std::string("\0\0\0\x0CjP  \r\n\x87\n", 12) + code}) {
    const auto header = header_of(file);
    ASSERT_TRUE(header);
    EXPECT_EQ(header->width, 5);
    EXPECT_EQ(header->height, 263);
  }
}

TEST(ImageHeader, Png) {
  const auto opaque = header_of(png(70'000, 3, 2));
  ASSERT_TRUE(opaque);
  EXPECT_EQ(opaque->width, 70'000);
  EXPECT_EQ(opaque->height, 3);
  EXPECT_FALSE(opaque->alpha);
  EXPECT_TRUE(header_of(png(5, 3, 6))->alpha);
  EXPECT_TRUE(header_of(png(5, 3, 3, png_chunk("PLTE", "abc") + png_chunk("tRNS", "a")))->alpha);
  EXPECT_FALSE(header_of(png(5, 3, 3, png_chunk("tEXt", "tRNS")))->alpha);
  EXPECT_FALSE(header_of(png(5, 3, 2).substr(0, 20)));
}

TEST(ImageHeader, Jpeg) {
  const std::string app("\xFF\xE0\x00\x06xxxx", 8);
  const std::string frame("\xFF\xC2\x00\x11\x08\x01\x02\x03\x04\x03......", 16);
  const auto header = header_of("\xFF\xD8" + app + '\xFF' + frame);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->height, 0x102);
  EXPECT_EQ(header->width, 0x304);
  EXPECT_FALSE(header_of("\xFF\xD8" + app));
  EXPECT_FALSE(header_of(std::string("\xFF\xD8\xFF\xE0\x00\x00xxxxxxxx", 14)));
}

TEST(ImageHeader, WebpAndBmp) {
  const std::string riff = std::string("RIFF....WEBP", 12);
  const auto lossy = header_of(riff + "VP8 ...." + "...\x9D\x01\x2A" + std::string("\x05\x00\x07\x00", 4));
  ASSERT_TRUE(lossy);
  EXPECT_EQ(lossy->width, 5);
  EXPECT_EQ(lossy->height, 7);
  const auto extended = header_of(riff + "VP8X...." + std::string("\x10\x00\x00\x00\x04\x00\x00\x06\x00\x00", 10));
  ASSERT_TRUE(extended);
  EXPECT_EQ(extended->width, 5);
  EXPECT_EQ(extended->height, 7);
  EXPECT_TRUE(extended->alpha);
  const auto bmp = header_of("BM" + std::string(12, '\0') + std::string("\x28\x00\x00\x00\x05\x00\x00\x00\xF9\xFF\xFF\xFF", 12));
  ASSERT_TRUE(bmp);
  EXPECT_EQ(bmp->width, 5);
  EXPECT_EQ(bmp->height, 7);
  EXPECT_FALSE(header_of("BM"));
}

TEST(ImageHeader, Tiff) {
  const auto little =
      header_of(std::string("II\x2A\0\x0A\0\0\0..\x03\0", 12) + std::string("\0\x01\x03\0\x01\0\0\0\x05\0\0\0", 12) +
                std::string("\x01\x01\x04\0\x01\0\0\0\x07\0\x01\0", 12) + std::string("\x52\x01\x03\0\x01\0\0\0\x02\0\0\0", 12));
  ASSERT_TRUE(little);
  EXPECT_EQ(little->width, 5);
  EXPECT_EQ(little->height, 65'543);
  EXPECT_TRUE(little->alpha);
  const auto big = header_of(std::string("MM\0\x2A\0\0\0\x08\0\x02", 10) + std::string("\x01\0\0\x03\0\0\0\x01\0\x05\0\0", 12) +
                             std::string("\x01\x01\0\x03\0\0\0\x01\0\x07\0\0", 12));
  ASSERT_TRUE(big);
  EXPECT_EQ(big->width, 5);
  EXPECT_EQ(big->height, 7);
  EXPECT_FALSE(big->alpha);
  EXPECT_FALSE(header_of(std::string("II\x2A\0\xFF\xFF\xFF\xFF", 8)));
}

TEST(ImageHeader, Netpbm) {
  const auto header = header_of("P6 # 9 by 9\n\t50000\n# more\n7 255\n...");
  ASSERT_TRUE(header);
  EXPECT_EQ(header->width, 50'000);
  EXPECT_EQ(header->height, 7);
  EXPECT_GT(header_of("P5 99999999999999999999999999 1 ")->width, 1'000'000'000);
  EXPECT_FALSE(header_of("P6"));
  EXPECT_FALSE(header_of("P6 12"));
  EXPECT_FALSE(header_of("Photos 12 13"));
}

TEST(ImageHeader, UnknownBytesSayNothing) {
  EXPECT_FALSE(header_of(""));
  EXPECT_FALSE(header_of("hello, this is no image at all"));
}

}  // namespace
}  // namespace zf
