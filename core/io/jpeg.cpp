#include "core/io/jpeg.h"

#include <span>

#include "core/tensor/error.h"

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#define STBI_WRITE_NO_STDIO
#include <stb/stb_image_write.h>

namespace zf {

void check_jpeg(const Image& image, int quality) {
  constexpr int kMaxJpegSide = 65535;
  if (image.width < 1 || image.height < 1 || image.width > kMaxJpegSide || image.height > kMaxJpegSide) {
    fail("expected an image of 1 to {} pixels a side to write as JPEG, found {}x{}", kMaxJpegSide, image.width, image.height);
  }
  if (quality < 1 || quality > 100) fail("expected a JPEG quality of 1 to 100, found {}", quality);
}

std::vector<std::byte> encode_jpeg(const Image& image, int quality) {
  check_jpeg(image, quality);
  std::vector<std::byte> jpeg;
  const auto append = [](void* context, void* data, int size) {
    const auto bytes = std::span(static_cast<const std::byte*>(data), static_cast<std::size_t>(size));
    auto& out = *static_cast<std::vector<std::byte>*>(context);
    out.insert(out.end(), bytes.begin(), bytes.end());
  };
  if (stbi_write_jpg_to_func(append, &jpeg, image.width, image.height, 3, image.rgb.data(), quality) == 0) {
    fail("an image of {}x{} could not be written as JPEG", image.width, image.height);
  }
  return jpeg;
}

std::size_t jpeg_scan_begin(const std::vector<std::byte>& jpeg) {
  constexpr unsigned kMarker = 0xFF;
  constexpr unsigned kStartOfScan = 0xDA;
  const auto at = [&](std::size_t i) { return i < jpeg.size() ? std::to_integer<unsigned>(jpeg[i]) : 0U; };
  std::size_t begin = 2;  // behind the start of the image, segments of a marker and a length follow
  while (begin + 4 <= jpeg.size() && at(begin) == kMarker) {
    const bool is_scan = at(begin + 1) == kStartOfScan;
    begin += 2 + (at(begin + 2) << 8U | at(begin + 3));
    if (is_scan && begin <= jpeg.size()) return begin;
  }
  fail("expected a JPEG file, found {} bytes without compressed data", jpeg.size());
}

}  // namespace zf
