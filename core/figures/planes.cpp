#include "core/figures/planes.h"

#include <algorithm>
#include <cmath>

#include "core/tensor/error.h"

namespace zf {

namespace {

constexpr int kMid = 128;

void check_item(const Tensor& pixels, int item, const Channels& channels) {
  const Shape& shape = pixels.shape();
  if (shape.c != 1 && shape.c != 3) fail("expected pixels of 1 or 3 channels, found {}", to_string(shape));
  if (item < 0 || item >= shape.n) fail("expected item 0 to {}, found {}", shape.n - 1, item);
  for (const int channel : channels) {
    if (channel < 0 || channel > 2) fail("expected channels 0 to 2, found {}", channel);
  }
}

/// A picture whose levels are level(value).
template <typename Level>
Picture picture_of(const Tensor& pixels, int item, const Channels& channels, const Level& level) {
  check_item(pixels, item, channels);
  const Shape& shape = pixels.shape();
  Picture picture = make_picture(shape.w, shape.h);
  for (std::size_t c = 0; c < 3; ++c) {
    const auto plane = pixels.plane(item, shape.c == 1 ? 0 : channels[c]);
    for (std::size_t i = 0; i < plane.size(); ++i) {
      picture.rgb[3 * i + c] = static_cast<std::uint8_t>(std::clamp(std::lround(level(plane[i])), 0L, 255L));
    }
  }
  return picture;
}

}  // namespace

Picture signed_picture(const Tensor& pixels, int item, float scale, const Channels& channels) {
  const float gain = scale > 0 ? 127.0F / scale : 0.0F;
  return picture_of(pixels, item, channels, [&](float v) { return std::clamp(v * gain, -128.0F, 127.0F) + kMid; });
}

Picture stretched_picture(const Tensor& pixels, int item, const Channels& channels) {
  check_item(pixels, item, channels);
  const auto values = pixels.values().subspan(static_cast<std::size_t>(item) * pixels.shape().item(), pixels.shape().item());
  if (values.empty()) return make_picture(pixels.shape().w, pixels.shape().h);
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  if (*low == *high) return make_picture(pixels.shape().w, pixels.shape().h, {kMid, kMid, kMid});
  const Range range{*low, *high};
  return picture_of(pixels, item, channels, [&](float v) { return 255 * position(v, range); });
}

Picture map_picture(std::span<const float> plane, Size size, const Range& range, Colormap colormap) {
  Picture picture = make_picture(size.w, size.h);
  if (plane.size() * 3 != picture.rgb.size()) fail("expected a map of {}x{}, found {} values", size.h, size.w, plane.size());
  for (std::size_t i = 0; i < plane.size(); ++i) {
    const Colour colour = colour_at(colormap, position(plane[i], range));
    picture.rgb[3 * i] = colour.r;
    picture.rgb[3 * i + 1] = colour.g;
    picture.rgb[3 * i + 2] = colour.b;
  }
  return picture;
}

Colormap natural_colormap(const Range& range) { return range.low < 0 ? Colormap::kSigned : Colormap::kHeat; }

}  // namespace zf
