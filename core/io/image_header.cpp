#include <cstdlib>
#include <string_view>

#include "core/io/file_kind.h"
#include "core/io/image.h"
#include "core/io/image_parts.h"

namespace zf {

namespace {

/// ITU T.81: the frame header (SOF) holds height and width.
std::optional<ImageHeader> read_jpeg(const Bytes& bytes) {
  std::optional<ImageHeader> header;
  visit_jpeg_segments(bytes, [&](std::uint32_t marker, std::size_t at, std::size_t) {
    const bool is_frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    if (is_frame && at + 5 <= bytes.size()) header = ImageHeader{bytes.big16(at + 3), bytes.big16(at + 1), false};
    return !is_frame;
  });
  return header;
}

/// PNG specification: IHDR comes first; a tRNS chunk before the pixels gives alpha to the colour types without one.
std::optional<ImageHeader> read_png(const Bytes& bytes) {
  constexpr std::size_t kHeaderEnd = 33;
  if (bytes.size() < kHeaderEnd || !bytes.has(12, "IHDR")) return {};
  const std::uint32_t colour_type = bytes.u8(25);
  ImageHeader header{bytes.big32(16), bytes.big32(20), colour_type == 4 || colour_type == 6};
  visit_png_chunks(bytes, [&](std::string_view type, std::size_t, std::size_t) {
    header.alpha = header.alpha || type == "tRNS";
    return type != "IDAT";
  });
  return header;
}

std::optional<ImageHeader> read_bmp(const Bytes& bytes) {
  if (bytes.size() < 26) return {};
  if (bytes.little32(14) == 12) return ImageHeader{bytes.little16(18), bytes.little16(20), false};
  const auto side = [&](std::size_t at) { return std::abs(std::int64_t{static_cast<std::int32_t>(bytes.little32(at))}); };
  return ImageHeader{side(18), side(22), false};  // a negative height means rows from the top
}

/// RFC 9649: a simple lossy (VP8), a lossless (VP8L) or an extended (VP8X) file.
std::optional<ImageHeader> read_webp(const Bytes& bytes) {
  if (bytes.size() < 30) return {};
  if (bytes.has(12, "VP8 ")) return ImageHeader{bytes.little16(26) & 0x3FFFU, bytes.little16(28) & 0x3FFFU, false};
  if (bytes.has(12, "VP8L")) {
    const std::uint32_t bits = bytes.little32(21);
    return ImageHeader{(bits & 0x3FFFU) + 1, (bits >> 14U & 0x3FFFU) + 1, (bits >> 28U & 1U) != 0};
  }
  if (bytes.has(12, "VP8X")) return ImageHeader{bytes.little24(24) + 1, bytes.little24(27) + 1, (bytes.u8(20) & 0x10U) != 0};
  return {};
}

/// TIFF 6.0. Alpha is a sample beyond the colours', declared or not.
std::optional<ImageHeader> read_tiff(const Bytes& bytes) {
  enum Tag : std::uint32_t { kWidth = 256, kHeight = 257, kPhotometric = 262, kSamples = 277, kExtraSamples = 338 };
  constexpr std::uint32_t kRgb = 2;
  const TiffDirectory directory(bytes);
  const std::uint32_t width = directory.value(kWidth);
  const std::uint32_t height = directory.value(kHeight);
  if (width == 0 || height == 0) return {};
  const bool beyond_colours = directory.value(kPhotometric) == kRgb && directory.value(kSamples) > 3;
  return ImageHeader{width, height, directory.find(kExtraSamples) || beyond_colours};
}

/// GIF89a: the logical screen.
std::optional<ImageHeader> read_gif(const Bytes& bytes) {
  if (bytes.size() < 10) return {};
  return ImageHeader{bytes.little16(6), bytes.little16(8), false};
}

/// ISO 15444-1: the SIZ segment of the code stream, which begins the file or stands in its box jp2c.
std::optional<ImageHeader> read_jpeg2000(const Bytes& bytes) {
  constexpr std::string_view kStart = "\xFF\x4F\xFF\x51";
  const std::size_t at = bytes.text(0, bytes.size()).find(kStart);
  if (at == std::string_view::npos || bytes.size() - at < 24) return {};
  return ImageHeader{std::int64_t{bytes.big32(at + 8)} - bytes.big32(at + 16), std::int64_t{bytes.big32(at + 12)} - bytes.big32(at + 20),
                     false};
}

/// Netpbm: "P" and the kind, then width and height as decimal numbers between white space and comments.
std::optional<ImageHeader> read_netpbm(const Bytes& bytes) {
  constexpr std::int64_t kMost = std::int64_t{1} << 40;
  std::size_t at = 2;
  const auto is_digit = [&] { return bytes.u8(at) >= '0' && bytes.u8(at) <= '9'; };
  const auto number = [&] {
    for (bool comment = false; at < bytes.size() && (comment || !is_digit()); ++at)
      comment = bytes.u8(at) != '\n' && (comment || bytes.u8(at) == '#');
    std::int64_t value = 0;
    for (; is_digit() && value < kMost; ++at) value = 10 * value + bytes.u8(at) - '0';
    return value;
  };
  const std::int64_t width = number();
  const std::int64_t height = number();
  if (width == 0 || height == 0) return {};
  return ImageHeader{width, height, false};
}

}  // namespace

std::optional<ImageHeader> read_image_header(std::span<const std::byte> data) {
  const Bytes bytes(data);
  switch (file_kind(data).format) {
    case PhotoFormat::kJpeg:
      return read_jpeg(bytes);
    case PhotoFormat::kPng:
      return read_png(bytes);
    case PhotoFormat::kBmp:
      return read_bmp(bytes);
    case PhotoFormat::kWebp:
      return read_webp(bytes);
    case PhotoFormat::kGif:
      return read_gif(bytes);
    case PhotoFormat::kTiff:
      return read_tiff(bytes);
    case PhotoFormat::kNetpbm:
      return read_netpbm(bytes);
    case PhotoFormat::kJpeg2000:
      return read_jpeg2000(bytes);
    case PhotoFormat::kHeif:  // its sizes stand behind boxes in boxes
    case PhotoFormat::kNone:
      return {};
  }
  return {};
}

}  // namespace zf
