#include "core/report/png.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>
#include <utility>

#include "core/report/deflate.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t kRgb8 = 3;          // bytes a pixel
constexpr std::size_t kMaxColours = 256;  // of a palette

/// A picture of few colours: its colours, and one byte a pixel.
struct Indexed {
  Bytes palette;  // RGB
  Bytes pixels;
};

/// Numbers colours in the order in which they come.
class Palette {
 public:
  /// The colour's number; kMaxColours where it is one too many.
  std::size_t number(const std::uint8_t* rgb) {
    constexpr std::uint32_t kSpread = 0x9E3779B1U;
    const std::uint32_t colour = (std::uint32_t{rgb[0]} << 16) | (std::uint32_t{rgb[1]} << 8) | rgb[2];
    std::size_t at = (colour * kSpread) >> (32 - kSlotBits);
    while (slots_[at].colour != colour) {
      if (slots_[at].colour == kNoColour) {
        if (rgb_.size() == kMaxColours * kRgb8) return kMaxColours;
        slots_[at] = {colour, rgb_.size() / kRgb8};
        rgb_.insert(rgb_.end(), rgb, rgb + kRgb8);
        break;
      }
      at = (at + 1) % slots_.size();
    }
    return slots_[at].number;
  }
  [[nodiscard]] Bytes& rgb() { return rgb_; }

 private:
  static constexpr std::uint32_t kNoColour = 0xFFFFFFFFU;  // colours have 24 bits
  static constexpr int kSlotBits = 10;                     // four slots a colour, so that most have the first one they look at
  struct Slot {
    std::uint32_t colour = kNoColour;
    std::size_t number = 0;
  };
  std::array<Slot, std::size_t{1} << kSlotBits> slots_{};
  Bytes rgb_;
};

/// Nothing where the picture has more than kMaxColours.
Indexed index_colours(const Picture& picture) {
  Palette palette;
  Bytes pixels(picture.rgb.size() / kRgb8);
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const std::size_t number = palette.number(picture.rgb.data() + kRgb8 * i);
    if (number == kMaxColours) return {};
    pixels[i] = static_cast<std::uint8_t>(number);
  }
  return {std::move(palette.rgb()), std::move(pixels)};
}

/// Rows of indices under filter 0: differences of indices mean nothing.
Bytes plain_rows(const Bytes& pixels, std::size_t width) {
  Bytes rows;
  rows.reserve(pixels.size() + pixels.size() / width);
  for (std::size_t at = 0; at < pixels.size(); at += width) {
    rows.push_back(0);
    rows.insert(rows.end(), pixels.begin() + static_cast<std::ptrdiff_t>(at), pixels.begin() + static_cast<std::ptrdiff_t>(at + width));
  }
  return rows;
}

int paeth(int left, int up, int corner) {
  const int guess = left + up - corner;
  const int to_left = std::abs(guess - left);
  const int to_up = std::abs(guess - up);
  const int to_corner = std::abs(guess - corner);
  const int vertical = to_up <= to_corner ? up : corner;
  return to_left <= std::min(to_up, to_corner) ? left : vertical;
}

/// RGB rows under filter 4 (Paeth), which suits photos and is no loss elsewhere.
Bytes paeth_rows(const Picture& picture) {
  const std::size_t stride = static_cast<std::size_t>(picture.width) * kRgb8;
  const Bytes black(stride);
  Bytes rows((stride + 1) * static_cast<std::size_t>(picture.height));
  std::uint8_t* out = rows.data();
  for (int y = 0; y < picture.height; ++y) {
    const std::uint8_t* row = picture.pixel(0, y);
    const std::uint8_t* above = y > 0 ? picture.pixel(0, y - 1) : black.data();
    *out++ = 4;
    for (std::size_t i = 0; i < kRgb8; ++i) out[i] = static_cast<std::uint8_t>(row[i] - above[i]);  // black on the left
    for (std::size_t i = kRgb8; i < stride; ++i)
      out[i] = static_cast<std::uint8_t>(row[i] - paeth(row[i - kRgb8], above[i], above[i - kRgb8]));
    out += stride;
  }
  return rows;
}

std::uint32_t crc(std::span<const std::byte> bytes) {
  static const std::array<std::uint32_t, 256> kept = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
      table[i] = i;
      for (int bit = 0; bit < 8; ++bit) table[i] = (table[i] >> 1) ^ ((table[i] & 1U) * 0xEDB88320U);
    }
    return table;
  }();
  std::uint32_t value = 0xFFFFFFFFU;
  for (const std::byte b : bytes) value = (value >> 8) ^ kept[(value ^ std::to_integer<std::uint32_t>(b)) & 0xFFU];
  return ~value;
}

void append_word(std::vector<std::byte>& png, std::uint32_t word) {
  for (int shift = 24; shift >= 0; shift -= 8) png.push_back(static_cast<std::byte>(word >> shift));
}

/// Length, type, data, CRC of type and data.
void append_chunk(std::vector<std::byte>& png, std::string_view type, std::span<const std::byte> data) {
  append_word(png, static_cast<std::uint32_t>(data.size()));
  const std::size_t start = png.size();
  const auto name = std::as_bytes(std::span(type.data(), type.size()));
  png.insert(png.end(), name.begin(), name.end());
  png.insert(png.end(), data.begin(), data.end());
  append_word(png, crc(std::span(png).subspan(start)));
}

}  // namespace

std::vector<std::byte> encode_png(const Picture& picture) {
  if (picture.width < 1 || picture.height < 1) {
    fail("expected a picture of at least one pixel to write as PNG, found {}x{}", picture.width, picture.height);
  }
  constexpr std::array<std::uint8_t, 8> kSignature = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  const auto signature = std::as_bytes(std::span(kSignature));
  std::vector<std::byte> png(signature.begin(), signature.end());
  const Indexed indexed = index_colours(picture);
  const bool has_palette = !indexed.palette.empty();
  std::vector<std::byte> header;
  append_word(header, static_cast<std::uint32_t>(picture.width));
  append_word(header, static_cast<std::uint32_t>(picture.height));
  // 8 bits; 3 is indexed, 2 is RGB; the only compression and filter method; not interlaced
  for (const int field : {8, has_palette ? 3 : 2, 0, 0, 0}) header.push_back(static_cast<std::byte>(field));
  append_chunk(png, "IHDR", header);
  if (has_palette) append_chunk(png, "PLTE", std::as_bytes(std::span(indexed.palette)));
  append_chunk(png, "IDAT",
               deflate(has_palette ? plain_rows(indexed.pixels, static_cast<std::size_t>(picture.width)) : paeth_rows(picture)));
  append_chunk(png, "IEND", {});
  return png;
}

}  // namespace zf
