#include "core/io/preprocess.h"

#include <algorithm>
#include <cmath>

#include "core/io/resample.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

/// The channel of RGB that plane `c` of the network's input holds.
std::size_t source_channel(const Preprocess& preprocess, std::size_t c) { return preprocess.order == "bgr" ? 2 - c : c; }

/// Writes an image of any size as planes.
void write_planes(const Preprocess& preprocess, const Image& image, float* out) {
  const std::size_t plane = image.rgb.size() / 3;
  for (std::size_t c = 0; c < 3; ++c) {
    std::array<float, 256> table{};
    for (std::size_t v = 0; v < table.size(); ++v) {
      table[v] = (static_cast<float>(v) * preprocess.scale - preprocess.mean[c]) / preprocess.std[c];
    }
    const std::uint8_t* const source = image.rgb.data() + source_channel(preprocess, c);
    for (std::size_t i = 0; i < plane; ++i) out[c * plane + i] = table[source[3 * i]];
  }
}

}  // namespace

void check(const Preprocess& p, const std::string& name) {
  constexpr int kMaxSide = 1 << 14;
  if (p.crop < 1 || p.resize < p.crop || p.resize > kMaxSide) {
    fail("{}: preprocess: expected 1 <= crop <= resize <= {}, found crop {} and resize {}", name, kMaxSide, p.crop, p.resize);
  }
  if (p.order != "rgb" && p.order != "bgr") fail("{}: preprocess: expected order \"rgb\" or \"bgr\", found \"{}\"", name, p.order);
  if (!std::isfinite(p.scale) || p.scale <= 0) fail("{}: preprocess: expected a scale above 0, found {}", name, p.scale);
  for (const float mean : p.mean) {
    if (!std::isfinite(mean)) fail("{}: preprocess: expected a finite mean, found {}", name, mean);
  }
  for (const float deviation : p.std) {
    if (!std::isfinite(deviation) || deviation <= 0) fail("{}: preprocess: expected std above 0, found {}", name, deviation);
  }
}

Image centre_view(const Preprocess& preprocess, const Image& image) {
  const Size size = shorter_side_size(image, preprocess.resize);
  const int side = preprocess.crop;
  const int x = (size.w - side) / 2;
  const int y = (size.h - side) / 2;
  if (size == Size{image.height, image.width}) return crop(image, x, y, side, side);
  // Cropping after resizing, without the pixels that would be cut away.
  const float scale_x = static_cast<float>(image.width) / static_cast<float>(size.w);
  const float scale_y = static_cast<float>(image.height) / static_cast<float>(size.h);
  const auto along = [](int at, float scale, int whole) { return std::min(static_cast<float>(at) * scale, static_cast<float>(whole)); };
  Box box{along(x, scale_x, image.width), along(y, scale_y, image.height), 0, 0};
  box.width = std::min(static_cast<float>(side) * scale_x, static_cast<float>(image.width) - box.x);
  box.height = std::min(static_cast<float>(side) * scale_y, static_cast<float>(image.height) - box.y);
  return resize(image, box, side, side);
}

void write_pixels(const Preprocess& preprocess, const Image& view, std::span<float> item) {
  const auto side = static_cast<std::size_t>(preprocess.crop);
  const std::size_t plane = side * side;
  if (view.width != preprocess.crop || view.height != preprocess.crop) {
    fail("preprocess: expected {0}x{0} pixels, found {1}x{2}", preprocess.crop, view.width, view.height);
  }
  if (item.size() != 3 * plane) fail("preprocess: expected room for {} values, found {}", 3 * plane, item.size());
  write_planes(preprocess, view, item.data());
}

Tensor preprocess_image(const Preprocess& preprocess, const Image& image) {
  Tensor pixels = Tensor::uninitialised({1, 3, preprocess.crop, preprocess.crop});
  write_pixels(preprocess, centre_view(preprocess, image), pixels.values());
  return pixels;
}

Tensor preprocess_whole(const Preprocess& preprocess, const Image& image) {
  const Image resized = resize_shorter_side(image, preprocess.resize);
  Tensor pixels = Tensor::uninitialised({1, 3, resized.height, resized.width});
  write_planes(preprocess, resized, pixels.data());
  return pixels;
}

Image to_image(const Preprocess& preprocess, std::span<const float> item, Size size) {
  Image image = make_image(size.w, size.h);
  const std::size_t plane = image.rgb.size() / 3;
  if (item.size() != 3 * plane) fail("to_image: expected {} values, found {}", 3 * plane, item.size());
  for (std::size_t c = 0; c < 3; ++c) {
    for (std::size_t i = 0; i < plane; ++i) {
      const float value = (item[c * plane + i] * preprocess.std[c] + preprocess.mean[c]) / preprocess.scale + 0.5F;
      const float in_range = value > 0.0F ? std::min(value, 255.0F) : 0.0F;  // NaN becomes 0
      image.rgb[3 * i + source_channel(preprocess, c)] = static_cast<std::uint8_t>(in_range);
    }
  }
  return image;
}

}  // namespace zf
