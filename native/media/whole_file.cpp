#include "native/media/whole_file.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/tensor/error.h"

namespace zf {

namespace {

constexpr std::string_view kPngSignature = "\x89PNG\r\n\x1A\n";

std::string_view text_of(std::span<const std::byte> bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

std::uint32_t u8(std::span<const std::byte> bytes, std::size_t at) { return static_cast<std::uint32_t>(bytes[at]); }
std::uint32_t big32(std::span<const std::byte> bytes, std::size_t at) {
  return u8(bytes, at) << 24U | u8(bytes, at + 1) << 16U | u8(bytes, at + 2) << 8U | u8(bytes, at + 3);
}
std::uint32_t little32(std::span<const std::byte> bytes, std::size_t at) {
  return u8(bytes, at) | u8(bytes, at + 1) << 8U | u8(bytes, at + 2) << 16U | u8(bytes, at + 3) << 24U;
}

/// Whether the end marker follows the first scan; earlier ones belong to thumbnails in the metadata.
bool has_jpeg_end(std::span<const std::byte> bytes) {
  std::size_t at = 2;
  while (at + 4 <= bytes.size() && u8(bytes, at) == 0xFF && u8(bytes, at + 1) != 0xDA) {
    at += u8(bytes, at + 1) == 0xFF ? 1 : 2 + (u8(bytes, at + 2) << 8U | u8(bytes, at + 3));
  }
  return at < bytes.size() && text_of(bytes.subspan(at)).find("\xFF\xD9") != std::string_view::npos;
}

/// Whether the rows of an uncompressed BMP lie inside the file.
bool has_bmp_rows(std::span<const std::byte> bytes) {
  constexpr std::size_t kHeader = 54;
  constexpr std::uint32_t kUncompressed = 0;
  if (bytes.size() < kHeader) return false;
  if (little32(bytes, 30) != kUncompressed) return true;
  const auto side = [&](std::size_t at) { return std::abs(std::int64_t{static_cast<std::int32_t>(little32(bytes, at))}); };
  const std::int64_t row = (side(18) * (u8(bytes, 28) | u8(bytes, 29) << 8U) + 31) / 32 * 4;
  const std::int64_t rest = static_cast<std::int64_t>(bytes.size()) - little32(bytes, 10);
  return rest >= 0 && (side(22) == 0 || row <= rest / side(22));
}

/// The checksum of PNG chunks: CRC-32 with the polynomial 0xEDB88320.
std::uint32_t crc32(std::span<const std::byte> bytes) {
  static const std::array<std::uint32_t, 256> table = [] {
    std::array<std::uint32_t, 256> values{};
    for (std::uint32_t i = 0; i < values.size(); ++i) {
      std::uint32_t value = i;
      for (int bit = 0; bit < 8; ++bit) value = (value & 1U) != 0 ? value >> 1U ^ 0xEDB88320U : value >> 1U;
      values[i] = value;
    }
    return values;
  }();
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const std::byte b : bytes) crc = table[(crc ^ static_cast<std::uint32_t>(b)) & 0xFFU] ^ crc >> 8U;
  return ~crc;
}

}  // namespace

void check_whole(std::span<const std::byte> bytes, const std::string& name) {
  const std::string_view text = text_of(bytes);
  if (text.substr(0, 3) == "\xFF\xD8\xFF" && !has_jpeg_end(bytes)) fail("{}: expected a whole JPEG, found one that is cut short", name);
  if (text.substr(0, 2) == "BM" && !has_bmp_rows(bytes)) fail("{}: expected a whole BMP, found one that is cut short", name);
}

bool is_png(std::span<const std::byte> bytes) { return text_of(bytes).substr(0, kPngSignature.size()) == kPngSignature; }

std::vector<std::byte> essential_png(std::span<const std::byte> bytes, const std::string& name) {
  constexpr std::array<std::string_view, 6> kEssential = {"IHDR", "PLTE", "tRNS", "eXIf", "IDAT", "IEND"};
  constexpr std::size_t kFrame = 12;  // length, type and checksum
  std::vector<std::byte> result;
  result.reserve(bytes.size());
  const auto append = [&](std::span<const std::byte> part) { result.insert(result.end(), part.begin(), part.end()); };
  append(bytes.first(kPngSignature.size()));
  for (std::size_t at = kPngSignature.size(); at + kFrame <= bytes.size();) {
    const std::size_t length = big32(bytes, at);
    if (length > bytes.size() - at - kFrame) break;
    const std::span<const std::byte> chunk = bytes.subspan(at, length + kFrame);
    const std::string_view type = text_of(chunk.subspan(4, 4));
    if (std::find(kEssential.begin(), kEssential.end(), type) != kEssential.end()) {
      if (crc32(chunk.subspan(4, length + 4)) != big32(chunk, length + 8)) {
        fail("{}: expected a PNG, found one that is damaged: wrong checksum of its {}", name, type);
      }
      append(chunk);
      if (type == "IEND") return result;
    }
    at += chunk.size();
  }
  fail("{}: expected a whole PNG, found one that is cut short or damaged", name);
}

}  // namespace zf
