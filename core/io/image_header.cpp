#include <cstdlib>
#include <string_view>

#include "core/io/image.h"

namespace zf {

namespace {

/// Bytes that read as zero beyond their end; the callers look at the size where that matters.
class Bytes {
 public:
  explicit Bytes(std::span<const std::byte> bytes) : bytes_(bytes) {}

  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] std::uint32_t u8(std::size_t at) const { return at < bytes_.size() ? static_cast<std::uint32_t>(bytes_[at]) : 0; }
  [[nodiscard]] std::uint32_t big16(std::size_t at) const { return u8(at) << 8U | u8(at + 1); }
  [[nodiscard]] std::uint32_t big32(std::size_t at) const { return big16(at) << 16U | big16(at + 2); }
  [[nodiscard]] std::uint32_t little16(std::size_t at) const { return u8(at) | u8(at + 1) << 8U; }
  [[nodiscard]] std::uint32_t little24(std::size_t at) const { return little16(at) | u8(at + 2) << 16U; }
  [[nodiscard]] std::uint32_t little32(std::size_t at) const { return little16(at) | little16(at + 2) << 16U; }
  [[nodiscard]] bool has(std::size_t at, std::string_view text) const {
    if (at > size() || size() - at < text.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (static_cast<char>(bytes_[at + i]) != text[i]) return false;
    }
    return true;
  }

 private:
  std::span<const std::byte> bytes_;
};

/// ITU T.81: segments of a marker and a length up to the frame header (SOF), which holds height and width.
std::optional<ImageHeader> read_jpeg(const Bytes& bytes) {
  std::size_t at = 2;
  while (at + 9 <= bytes.size()) {
    if (bytes.u8(at) != 0xFF) return {};
    const std::uint32_t marker = bytes.u8(at + 1);
    if (marker == 0xFF) {  // fill byte
      ++at;
      continue;
    }
    const bool is_frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    if (is_frame) return ImageHeader{bytes.big16(at + 7), bytes.big16(at + 5), false};
    if (bytes.big16(at + 2) < 2) return {};
    at += 2 + bytes.big16(at + 2);
  }
  return {};
}

/// PNG specification: IHDR comes first; a tRNS chunk before the pixels gives alpha to the colour types without one.
std::optional<ImageHeader> read_png(const Bytes& bytes) {
  constexpr std::size_t kHeaderEnd = 33;
  if (bytes.size() < kHeaderEnd || !bytes.has(12, "IHDR")) return {};
  const std::uint32_t colour_type = bytes.u8(25);
  ImageHeader header{bytes.big32(16), bytes.big32(20), colour_type == 4 || colour_type == 6};
  for (std::size_t at = kHeaderEnd; at + 8 <= bytes.size() && !bytes.has(at + 4, "IDAT");) {
    if (bytes.has(at + 4, "tRNS")) header.alpha = true;
    const std::size_t length = bytes.big32(at);
    if (length > bytes.size() - at) break;
    at += length + 12;
  }
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

/// TIFF 6.0: the first directory's entries of 12 bytes, in either byte order. Alpha is a sample beyond the colours', declared or not.
std::optional<ImageHeader> read_tiff(const Bytes& bytes) {
  enum Tag : std::uint32_t { kWidth = 256, kHeight = 257, kPhotometric = 262, kSamples = 277, kExtraSamples = 338 };
  constexpr std::size_t kEntry = 12;
  constexpr std::uint32_t kShort = 3;
  constexpr std::uint32_t kRgb = 2;
  const bool big = bytes.has(0, "MM");
  const auto u16 = [&](std::size_t at) { return big ? bytes.big16(at) : bytes.little16(at); };
  const auto u32 = [&](std::size_t at) { return big ? bytes.big32(at) : bytes.little32(at); };
  const std::size_t directory = u32(4);
  const auto value_of = [&](Tag tag) -> std::uint32_t {
    for (std::size_t i = 0; i < u16(directory); ++i) {
      const std::size_t entry = directory + 2 + i * kEntry;
      if (u16(entry) == tag) return u16(entry + 2) == kShort ? u16(entry + 8) : u32(entry + 8);
    }
    return 0;
  };
  const std::uint32_t width = value_of(kWidth);
  const std::uint32_t height = value_of(kHeight);
  if (width == 0 || height == 0) return {};
  return ImageHeader{width, height, value_of(kExtraSamples) != 0 || (value_of(kPhotometric) == kRgb && value_of(kSamples) > 3)};
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
  if (bytes.has(0, "\xFF\xD8\xFF")) return read_jpeg(bytes);
  if (bytes.has(0, "\x89PNG\r\n\x1A\n")) return read_png(bytes);
  if (bytes.has(0, "BM")) return read_bmp(bytes);
  if (bytes.has(0, "RIFF") && bytes.has(8, "WEBP")) return read_webp(bytes);
  if (bytes.has(0, {"II\x2A\0", 4}) || bytes.has(0, {"MM\0\x2A", 4})) return read_tiff(bytes);
  if (bytes.has(0, "P") && bytes.u8(1) >= '1' && bytes.u8(1) <= '6') return read_netpbm(bytes);
  return {};
}

}  // namespace zf
