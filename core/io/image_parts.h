#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/io/byte_reader.h"

namespace zf {

// Walks through the parts of image files, cut or hostile ones, too. `visit` says whether to go on.

/// ITU T.81: visit(marker, at, length) of every segment in front of the first scan; `at` is where its content begins.
template <typename Visit>
void visit_jpeg_segments(const Bytes& file, Visit visit) {
  std::size_t at = 2;
  while (at + 4 <= file.size() && file.u8(at) == 0xFF) {
    const std::uint32_t marker = file.u8(at + 1);
    if (marker == 0xFF) {  // fill byte
      ++at;
      continue;
    }
    const std::size_t length = file.big16(at + 2);  // counts itself
    if (marker == 0xDA || length < 2 || !visit(marker, at + 4, length - 2)) return;
    at += 2 + length;
  }
}

/// PNG specification: visit(type, at, length) of every chunk; `at` is where its content begins.
template <typename Visit>
void visit_png_chunks(const Bytes& file, Visit visit) {
  constexpr std::size_t kFrame = 12;  // length, type and checksum
  for (std::size_t at = 8; at + 8 <= file.size();) {
    const std::size_t length = file.big32(at);
    if (!visit(file.text(at + 4, 4), at + 8, length) || length > file.size() - at) return;
    at += length + kFrame;
  }
}

/// RFC 9649: visit(type, at, length) of every chunk of a WebP file; `at` is where its content begins.
template <typename Visit>
void visit_webp_chunks(const Bytes& file, Visit visit) {
  for (std::size_t at = 12; at + 8 <= file.size();) {
    const std::size_t length = file.little32(at + 4);
    if (!visit(file.text(at, 4), at + 8, length) || length > file.size() - at) return;
    at += 8 + length + length % 2;
  }
}

/// The first directory of a TIFF file, or of EXIF data, which are TIFF, too: entries of 12 bytes in either byte order.
class TiffDirectory {
 public:
  explicit TiffDirectory(const Bytes& tiff) : tiff_(tiff), big_(tiff.has(0, "MM")), at_(u32(4)) {}

  /// Whether the bytes begin as TIFF does.
  [[nodiscard]] bool is_tiff() const {
    using namespace std::string_view_literals;
    return tiff_.has(0, "II\x2A\0"sv) || tiff_.has(0, "MM\0\x2A"sv);
  }

  /// Where the value of this tag stands: a whole entry lies inside the bytes.
  [[nodiscard]] std::optional<std::size_t> find(std::uint32_t tag) const {
    constexpr std::size_t kEntry = 12;
    const std::size_t count = u16(at_);
    for (std::size_t i = 0, entry = at_ + 2; i < count && entry < tiff_.size() && tiff_.size() - entry >= kEntry; ++i, entry += kEntry) {
      if (u16(entry) == tag) return entry + 8;
    }
    return {};
  }

  /// The first value of a tag of 16 or 32 bits; 0 where it is not there.
  [[nodiscard]] std::uint32_t value(std::uint32_t tag) const {
    constexpr std::uint32_t kShort = 3;
    const std::optional<std::size_t> at = find(tag);
    if (!at) return 0;
    return u16(*at - 6) == kShort ? u16(*at) : u32(*at);
  }

  /// Of a tag that holds text.
  [[nodiscard]] std::string_view text(std::uint32_t tag) const {
    const std::optional<std::size_t> at = find(tag);
    if (!at) return {};
    const std::size_t length = u32(*at - 4);
    return tiff_.text(length <= 4 ? *at : u32(*at), length);
  }

  [[nodiscard]] bool big() const { return big_; }

 private:
  [[nodiscard]] std::uint32_t u16(std::size_t at) const { return big_ ? tiff_.big16(at) : tiff_.little16(at); }
  [[nodiscard]] std::uint32_t u32(std::size_t at) const { return big_ ? tiff_.big32(at) : tiff_.little32(at); }

  Bytes tiff_;
  bool big_;
  std::size_t at_;
};

}  // namespace zf
