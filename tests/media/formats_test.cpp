// What OpenCV does not read, or reads otherwise than people expect: GIF, animations, CMYK, 16 bits, transparent colours.
#include <gif_lib.h>
#include <webp/mux.h>

#include <array>
#include <cstdlib>
#include <memory>

#include "native/media/libjpeg.h"
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

int write_to(GifFileType* gif, const GifByteType* bytes, int size) {
  const auto part = std::as_bytes(std::span(bytes, static_cast<std::size_t>(size)));
  auto& file = *static_cast<std::vector<std::byte>*>(gif->UserData);
  file.insert(file.end(), part.begin(), part.end());
  return size;
}

struct GifFrame {
  int left = 0;
  int top = 0;
  int width = 48;
  int height = 32;
  bool interlaced = false;
  int transparent = -1;
};

/// An animation of a first frame, whose pixels `index` gives by their place in the frame, and a second one that is all white.
std::vector<std::byte> gif(const GifFrame& frame, int (*index)(int x, int y)) {
  const std::array<GifColorType, 4> colours = {{{255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {255, 255, 255}}};
  std::vector<std::byte> file;
  int error = 0;
  GifFileType* const out = EGifOpen(&file, write_to, &error);
  ColorMapObject* const table = GifMakeMapObject(4, colours.data());
  EGifSetGifVersion(out, true);
  EXPECT_EQ(EGifPutScreenDesc(out, 48, 32, 2, 3, table), GIF_OK);
  GraphicsControlBlock control{};
  control.TransparentColor = frame.transparent;
  std::array<GifByteType, 4> extension{};
  EGifGCBToExtension(&control, extension.data());
  EGifPutExtension(out, GRAPHICS_EXT_FUNC_CODE, extension.size(), extension.data());
  EGifPutImageDesc(out, frame.left, frame.top, frame.width, frame.height, frame.interlaced, nullptr);
  std::vector<int> order;
  for (const auto& [first, step] :
       frame.interlaced ? std::vector<std::pair<int, int>>{{0, 8}, {4, 8}, {2, 4}, {1, 2}} : std::vector<std::pair<int, int>>{{0, 1}}) {
    for (int y = first; y < frame.height; y += step) order.push_back(y);
  }
  for (const int y : order) {
    std::vector<GifPixelType> row;
    for (int x = 0; x < frame.width; ++x) row.push_back(static_cast<GifPixelType>(index(x, y)));
    EXPECT_EQ(EGifPutLine(out, row.data(), frame.width), GIF_OK);
  }
  EGifPutImageDesc(out, 0, 0, 48, 32, false, nullptr);
  std::vector<GifPixelType> white(48, 3);
  for (int y = 0; y < 32; ++y) EGifPutLine(out, white.data(), 48);
  EGifCloseFile(out, &error);
  GifFreeMapObject(table);
  return file;
}

int quarters(int x, int y) { return (y < 16 ? 0 : 2) + (x < 16 ? 0 : 1); }

TEST(Gif, IsItsFirstFrame) {
  for (const bool interlaced : {false, true}) {
    const DecodedImage photo = decode_noted(gif({.interlaced = interlaced}, quarters));
    expect_four_colours(photo.image, 0);
    EXPECT_TRUE(photo.notes.empty());
  }
}

TEST(Gif, WhatIsTransparentAndWhatNoFrameCoversIsGrey) {
  const Image image = decode(gif({.left = 8, .top = 4, .width = 24, .height = 20, .transparent = 2}, quarters));
  ASSERT_EQ(image.width, 48);
  ASSERT_EQ(image.height, 32);
  expect_pixel(image, 2, 2, {128, 128, 128});
  expect_pixel(image, 9, 5, {255, 0, 0});
  expect_pixel(image, 25, 5, {0, 255, 0});
  expect_pixel(image, 9, 21, {128, 128, 128});
  expect_pixel(image, 25, 21, {255, 255, 255});
  expect_pixel(image, 40, 30, {128, 128, 128});
}

TEST(Gif, CutFilesShowTheirRows) {
  std::vector<std::byte> file = gif(
      {}, [](int x, int y) { return static_cast<int>((static_cast<unsigned>(x + 48 * y) * 73856093U ^ 19349663U) * 2654435761U >> 30U); });
  const std::size_t whole = file.size();
  file.resize(whole * 3 / 4);  // without the second frame and the end of the first one
  const DecodedImage photo = decode_noted(file);
  expect_pixel(photo.image, 40, 31, {128, 128, 128});
  ASSERT_EQ(photo.notes.size(), 1U);
  EXPECT_NE(photo.notes.front().find("ends early"), std::string::npos) << photo.notes.front();
  file.resize(40);
  expect_error([&] { (void)decode(file, "a.gif"); }, {"a.gif", "expected a GIF", "cut short"});
}

TEST(Webp, OfAnAnimationTheFirstFrame) {
  const auto encoded = [](const cv::Mat& mat) { return encode(".webp", mat, {cv::IMWRITE_WEBP_QUALITY, 101}); };
  cv::Mat first(16, 16, CV_8UC4, cv::Scalar(0, 0, 255, 255));
  first.at<cv::Vec4b>(0, 0) = {0, 0, 255, 0};
  const std::vector<std::vector<std::byte>> frames = {encoded(first), encoded(cv::Mat(32, 48, CV_8UC3, cv::Scalar(255, 0, 0)))};
  const std::unique_ptr<WebPMux, decltype(&WebPMuxDelete)> mux(WebPMuxNew(), &WebPMuxDelete);
  const WebPMuxAnimParams params{0, 0};
  ASSERT_EQ(WebPMuxSetAnimationParams(mux.get(), &params), WEBP_MUX_OK);
  ASSERT_EQ(WebPMuxSetCanvasSize(mux.get(), 48, 32), WEBP_MUX_OK);
  for (const auto& bytes : frames) {
    WebPMuxFrameInfo frame{};
    frame.bitstream = {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
    frame.duration = 100;
    frame.id = WEBP_CHUNK_ANMF;
    frame.x_offset = bytes == frames[0] ? 8 : 0;
    ASSERT_EQ(WebPMuxPushFrame(mux.get(), &frame, 1), WEBP_MUX_OK);
  }
  WebPData file{};
  ASSERT_EQ(WebPMuxAssemble(mux.get(), &file), WEBP_MUX_OK);
  const auto bytes = std::as_bytes(std::span(file.bytes, file.size));
  const Image image = decode({bytes.begin(), bytes.end()});
  WebPDataClear(&file);
  ASSERT_EQ(image.width, 48);
  ASSERT_EQ(image.height, 32);
  expect_pixel(image, 8, 0, {128, 128, 128});
  expect_pixel(image, 12, 12, {255, 0, 0});
  expect_pixel(image, 40, 28, {128, 128, 128});
}

/// A JPEG of inks of one colour, written by libjpeg, with Adobe's marker or without.
std::vector<std::byte> jpeg_of_inks(std::array<std::uint8_t, 4> inks, J_COLOR_SPACE stored, bool adobe) {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &bytes, &size);
  info.image_width = 16;
  info.image_height = 16;
  info.input_components = 4;
  info.in_color_space = JCS_CMYK;
  jpeg_set_defaults(&info);
  jpeg_set_colorspace(&info, stored);
  info.write_Adobe_marker = adobe ? TRUE : FALSE;
  jpeg_set_quality(&info, 100, TRUE);
  jpeg_start_compress(&info, TRUE);
  std::vector<std::uint8_t> row;
  for (int x = 0; x < 16; ++x) row.insert(row.end(), inks.begin(), inks.end());
  for (JSAMPROW line = row.data(); info.next_scanline < 16;) jpeg_write_scanlines(&info, &line, 1);
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  const auto found = std::as_bytes(std::span(bytes, size));
  std::vector<std::byte> file(found.begin(), found.end());
  std::free(bytes);
  return file;
}

/// Cyan 20 %, magenta 60 %, yellow 0, black 50 %: light of (0.8, 0.4, 1) times 0.5.
TEST(JpegPhoto, InksAreMixedAsTheyAreMeant) {
  for (const J_COLOR_SPACE stored : {JCS_CMYK, JCS_YCCK}) {
    expect_pixel(decode(jpeg_of_inks({204, 102, 255, 128}, stored, true)), 5, 5, {102, 51, 128}, 2);  // Adobe's are inverted
  }
  expect_pixel(decode(jpeg_of_inks({51, 153, 0, 127}, JCS_CMYK, false)), 5, 5, {102, 51, 128}, 2);
}

TEST(Png, GreyAndColoursMayHaveATransparentColour) {
  cv::Mat grey(4, 4, CV_8UC1, cv::Scalar(200));
  grey.at<std::uint8_t>(0, 0) = 10;
  const auto with_transparent = [](const cv::Mat& mat, const std::string& colour) {
    return decode(testing::insert(encode(".png", mat), 33, testing::png_chunk("tRNS", colour)));
  };
  const Image one = with_transparent(grey, std::string("\0\x0A", 2));
  expect_pixel(one, 0, 0, {128, 128, 128});
  expect_pixel(one, 1, 1, {200, 200, 200});
  const Image red = with_transparent(four_colours(), std::string("\0\xFF\0\0\0\0", 6));
  expect_pixel(red, 4, 4, {128, 128, 128});
  expect_pixel(red, 40, 4, {0, 255, 0});
}

TEST(SixteenBits, OfASmallPartOfTheirRangeAreNoted) {
  cv::Mat mat(32, 64, CV_16UC1);
  for (int x = 0; x < 64; ++x) mat.col(x).setTo(64 * x);  // 12 bits, as scanners and microscopes give them
  for (const char* const extension : {".png", ".tiff"}) {
    const DecodedImage dark = decode_noted(encode(extension, mat));
    expect_pixel(dark.image, 63, 0, {15, 15, 15});
    ASSERT_EQ(dark.notes.size(), 1U) << extension;
    EXPECT_EQ(dark.notes.front(), "its 16-bit values go from 0 to 4032 only, of 0 to 65535: what it shows is hard to see");
    EXPECT_TRUE(decode_noted(encode(extension, mat * 16)).notes.empty()) << extension;
  }
  cv::Mat bytes;
  mat.convertTo(bytes, CV_8U, 1.0 / 256);
  EXPECT_TRUE(decode_noted(encode(".png", bytes)).notes.empty());
}

TEST(Tiff, OfFloatsIsRefused) {
  expect_error([] { (void)decode(encode(".tiff", cv::Mat(8, 8, CV_32FC1, cv::Scalar(0.5))), "a.tif"); }, {"a.tif", "8 or 16 bits a value"});
}

TEST(Heif, WhatCannotBeDecodedIsSaid) {
  const std::string file = std::string(
                               "\0\0\0\x18"
                               "ftypheic\0\0\0\0mif1heic",
                               24) +
                           std::string(100, '\0');
#ifdef ZF_HEIF
  expect_error([&] { (void)decode(bytes_of(file), "a.heic"); }, {"a.heic", "HEIC or AVIF", "cannot be decoded"});
#else
  expect_error([&] { (void)decode(bytes_of(file), "a.heic"); }, {"a.heic", "a HEIC file, and this build has no libheif"});
#endif
}

}  // namespace
}  // namespace zf
