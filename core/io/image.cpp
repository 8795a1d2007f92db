#include "core/io/image.h"

#include <algorithm>

#include "core/tensor/error.h"

namespace zf {

namespace {

constexpr std::int64_t kMegapixel = 1'000'000;

}  // namespace

Image make_image(int width, int height) {
  check_image_size(width, height, "image");
  return {width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3)};
}

Image image_from_rgba(int width, int height, std::span<const std::uint8_t> rgba) {
  Image image = make_image(width, height);
  const std::size_t pixels = image.rgb.size() / 3;
  if (rgba.size() != pixels * 4) fail("image: expected {} bytes of RGBA, found {}", pixels * 4, rgba.size());
  for (std::size_t i = 0; i < pixels; ++i) {
    const int alpha = rgba[4 * i + 3];
    for (std::size_t c = 0; c < 3; ++c) image.rgb[3 * i + c] = laid_on_grey(rgba[4 * i + c], alpha);
  }
  return image;
}

void check_image_size(std::int64_t width, std::int64_t height, const std::string& name) {
  if (width < 1 || height < 1) fail("{}: expected an image of at least 1x1 pixels, found {}x{}", name, width, height);
  if (width > kMaxPixels || height > kMaxPixels || width * height > kMaxPixels) {
    fail("{}: expected an image of at most {} megapixels, found {}x{}", name, kMaxPixels / kMegapixel, width, height);
  }
}

void check_photo_shape(std::int64_t width, std::int64_t height, const std::string& name) {
  if (width < 1 || height < 1) fail("{}: expected an image of at least 1x1 pixels, found {}x{}", name, width, height);
  if (std::max(width, height) > kMaxAspect * std::min(width, height)) {
    fail("{}: expected a photo whose longer side is at most {} times the shorter one, found a strip of {}x{} pixels", name, kMaxAspect,
         width, height);
  }
}

void check_photo_size(std::int64_t width, std::int64_t height, const PhotoLimits& limits, const std::string& name) {
  check_photo_shape(width, height, name);
  if (width > limits.pixels / height) {
    fail("{}: expected an image of at most {} megapixels{}, found {}x{} ({} megapixels)", name, limits.pixels / kMegapixel,
         limits.raised_by.empty() ? "" : fmt::format(" ({} raises that)", limits.raised_by), width, height,
         width / kMegapixel * height + width % kMegapixel * height / kMegapixel);
  }
}

}  // namespace zf
