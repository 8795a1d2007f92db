#include "core/io/preprocess.h"

#include <algorithm>
#include <cmath>

#include "core/io/resample.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

/// The channel of RGB that plane `c` of the network's input holds.
std::size_t source_channel(const Preprocess& preprocess, std::size_t c) { return preprocess.order == "bgr" ? 2 - c : c; }

float grey(const std::uint8_t* rgb) {
  return 0.299F * static_cast<float>(rgb[0]) + 0.587F * static_cast<float>(rgb[1]) + 0.114F * static_cast<float>(rgb[2]);
}

/// Writes an image of any size as planes.
void write_planes(const Preprocess& preprocess, const Image& image, float* out) {
  const std::size_t plane = image.rgb.size() / 3;
  const auto value = [&](float v, std::size_t c) { return (v * preprocess.scale - preprocess.mean[c]) / preprocess.std[c]; };
  if (preprocess.channels() == 1) {
    for (std::size_t i = 0; i < plane; ++i) out[i] = value(grey(image.rgb.data() + 3 * i), 0);
    return;
  }
  for (std::size_t c = 0; c < 3; ++c) {
    std::array<float, 256> table{};
    for (std::size_t v = 0; v < table.size(); ++v) table[v] = value(static_cast<float>(v), c);
    const std::uint8_t* const source = image.rgb.data() + source_channel(preprocess, c);
    for (std::size_t i = 0; i < plane; ++i) out[c * plane + i] = table[source[3 * i]];
  }
}

std::size_t plane_of(Size size) { return static_cast<std::size_t>(size.h) * static_cast<std::size_t>(size.w); }

}  // namespace

Size Preprocess::covered() const {
  const int side = std::min(crop.h, crop.w);
  const auto scaled = [&](int length) { return static_cast<int>(std::lround(static_cast<double>(length) * resize / side)); };
  return {scaled(crop.h), scaled(crop.w)};
}

Size Preprocess::resampled(Size photo) const {
  if (crop.h == crop.w) return shorter_side_size(photo, resize);
  const Size least = covered();
  const auto along = [](int length, int numerator, int denominator) {
    return static_cast<int>(std::int64_t{length} * numerator / denominator);
  };
  const bool by_height = std::int64_t{least.h} * photo.w >= std::int64_t{least.w} * photo.h;
  if (by_height) return {least.h, std::max(least.w, along(photo.w, least.h, photo.h))};
  return {std::max(least.h, along(photo.h, least.w, photo.w)), least.w};
}

int Preprocess::longest_side() const { return std::max(covered().h, covered().w); }

void check(const Preprocess& p, const std::string& name) {
  const int side = std::min(p.crop.h, p.crop.w);
  const std::string crop = p.crop.h == p.crop.w ? fmt::to_string(side) : fmt::format("{}x{}", p.crop.h, p.crop.w);
  if (side < 1 || std::max(p.crop.h, p.crop.w) > kMaxSide || p.resize < side || p.resize > kMaxSide) {
    fail("{}: preprocess: expected 1 <= crop <= resize <= {}, found crop {} and resize {}", name, kMaxSide, crop, p.resize);
  }
  if (p.order != "rgb" && p.order != "bgr" && p.order != "grey") {
    fail("{}: preprocess: expected order \"rgb\", \"bgr\" or \"grey\", found \"{}\"", name, p.order);
  }
  if (!std::isfinite(p.scale) || p.scale <= 0) fail("{}: preprocess: expected a scale above 0, found {}", name, p.scale);
  for (const float mean : p.mean) {
    if (!std::isfinite(mean)) fail("{}: preprocess: expected a finite mean, found {}", name, mean);
  }
  for (const float deviation : p.std) {
    if (!std::isfinite(deviation) || deviation <= 0) fail("{}: preprocess: expected std above 0, found {}", name, deviation);
  }
}

Image centre_view(const Preprocess& preprocess, const Image& image) {
  const Size size = preprocess.resampled({image.height, image.width});
  const Size side = preprocess.crop;
  const int x = (size.w - side.w) / 2;
  const int y = (size.h - side.h) / 2;
  if (size == Size{image.height, image.width}) return crop(image, x, y, side.w, side.h);
  // Cropping after resizing, without the pixels that would be cut away.
  const float scale_x = static_cast<float>(image.width) / static_cast<float>(size.w);
  const float scale_y = static_cast<float>(image.height) / static_cast<float>(size.h);
  const auto along = [](int at, float scale, int whole) { return std::min(static_cast<float>(at) * scale, static_cast<float>(whole)); };
  Box box{along(x, scale_x, image.width), along(y, scale_y, image.height), 0, 0};
  box.width = std::min(static_cast<float>(side.w) * scale_x, static_cast<float>(image.width) - box.x);
  box.height = std::min(static_cast<float>(side.h) * scale_y, static_cast<float>(image.height) - box.y);
  return resize(image, box, side.w, side.h);
}

void write_pixels(const Preprocess& preprocess, const Image& view, std::span<float> item) {
  if (view.width != preprocess.crop.w || view.height != preprocess.crop.h) {
    fail("preprocess: expected {}x{} pixels, found {}x{}", preprocess.crop.w, preprocess.crop.h, view.width, view.height);
  }
  const std::size_t values = preprocess.input().item();
  if (item.size() != values) fail("preprocess: expected room for {} values, found {}", values, item.size());
  write_planes(preprocess, view, item.data());
}

Tensor preprocess_image(const Preprocess& preprocess, const Image& image) {
  Tensor pixels = Tensor::uninitialised(preprocess.input());
  write_pixels(preprocess, centre_view(preprocess, image), pixels.values());
  return pixels;
}

Tensor preprocess_whole(const Preprocess& preprocess, const Image& image) {
  const Size size = preprocess.resampled({image.height, image.width});
  const Image resized = size == Size{image.height, image.width} ? image : resize(image, size.w, size.h);
  Tensor pixels = Tensor::uninitialised({1, preprocess.channels(), resized.height, resized.width});
  write_planes(preprocess, resized, pixels.data());
  return pixels;
}

Image to_image(const Preprocess& preprocess, std::span<const float> item, Size size) {
  Image image = make_image(size.w, size.h);
  const std::size_t plane = plane_of(size);
  const auto channels = static_cast<std::size_t>(preprocess.channels());
  if (item.size() != channels * plane) fail("to_image: expected {} values, found {}", channels * plane, item.size());
  for (std::size_t k = 0; k < 3; ++k) {
    const std::size_t c = channels == 1 ? 0 : k;
    for (std::size_t i = 0; i < plane; ++i) {
      const float value = (item[c * plane + i] * preprocess.std[c] + preprocess.mean[c]) / preprocess.scale + 0.5F;
      const float in_range = value > 0.0F ? std::min(value, 255.0F) : 0.0F;  // NaN becomes 0
      image.rgb[3 * i + (channels == 1 ? k : source_channel(preprocess, k))] = static_cast<std::uint8_t>(in_range);
    }
  }
  return image;
}

}  // namespace zf
