#include "core/io/orientation.h"

#include <cstring>
#include <string_view>
#include <utility>

#include "core/io/file_kind.h"
#include "core/io/image_parts.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

using namespace std::string_view_literals;

constexpr std::uint32_t kOrientation = 0x0112;
constexpr auto kExifPrefix = "Exif\0\0"sv;  // JPEG's; some programs write it in PNG and WebP, too

Bytes without_prefix(const Bytes& exif) { return exif.has(0, kExifPrefix) ? exif.part(kExifPrefix.size(), exif.size()) : exif; }

/// The EXIF data of a file; empty where there are none.
Bytes find_exif(const Bytes& file, PhotoFormat format) {
  Bytes exif{{}};
  if (format == PhotoFormat::kTiff) return file;
  if (format == PhotoFormat::kJpeg) {
    visit_jpeg_segments(file, [&](std::uint32_t marker, std::size_t at, std::size_t length) {
      if (marker == 0xE1 && file.has(at, kExifPrefix)) exif = file.part(at, length);
      return exif.size() == 0;
    });
  }
  const auto take = [&](std::string_view wanted) {
    return [&exif, &file, wanted](std::string_view type, std::size_t at, std::size_t length) {
      if (type == wanted) exif = file.part(at, length);
      return exif.size() == 0;
    };
  };
  if (format == PhotoFormat::kPng) visit_png_chunks(file, take("eXIf"));
  if (format == PhotoFormat::kWebp) visit_webp_chunks(file, take("EXIF"));
  return without_prefix(exif);
}

}  // namespace

int read_orientation(std::span<const std::byte> file) {
  const TiffDirectory directory(find_exif(Bytes(file), file_kind(file).format));
  if (!directory.is_tiff()) return 1;
  const std::uint32_t value = directory.value(kOrientation);
  return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
}

Image upright(Image image, int orientation) {
  if (orientation < 1 || orientation > 8) fail("expected an orientation of 1 to 8, found {}", orientation);
  if (orientation == 1) return image;
  constexpr std::ptrdiff_t kRgb = 3;
  const std::ptrdiff_t w = image.width;
  const std::ptrdiff_t h = image.height;
  // Which of the stored picture's sides the shown one's first row and first column run along.
  const bool across = orientation >= 5;
  const bool from_right = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool from_bottom = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  const std::ptrdiff_t column = from_right ? -kRgb : kRgb;
  const std::ptrdiff_t row = from_bottom ? -kRgb * w : kRgb * w;
  const std::ptrdiff_t step_x = across ? row : column;
  const std::ptrdiff_t step_y = across ? column : row;
  std::ptrdiff_t start = (from_bottom ? (h - 1) * w * kRgb : 0) + (from_right ? (w - 1) * kRgb : 0);

  Image shown{image.width, image.height, std::vector<std::uint8_t>(image.rgb.size())};
  if (across) std::swap(shown.width, shown.height);
  std::uint8_t* out = shown.rgb.data();
  for (int y = 0; y < shown.height; ++y, start += step_y) {
    std::ptrdiff_t at = start;
    for (int x = 0; x < shown.width; ++x, at += step_x, out += kRgb) std::memcpy(out, image.rgb.data() + at, kRgb);
  }
  return shown;
}

std::vector<std::byte> without_orientation(std::span<const std::byte> tiff) {
  std::vector<std::byte> result(tiff.begin(), tiff.end());
  const TiffDirectory directory{Bytes(tiff)};
  const auto at = directory.is_tiff() ? directory.find(kOrientation) : std::nullopt;
  if (at) {
    result[*at] = std::byte{0};
    result[*at + 1] = std::byte{0};
    result[directory.big() ? *at + 1 : *at] = std::byte{1};
  }
  return result;
}

}  // namespace zf
