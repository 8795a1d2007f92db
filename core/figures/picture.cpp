#include "core/figures/picture.h"

#include <algorithm>
#include <cmath>

#include "core/figures/triangle.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

/// The part of a rectangle that lies inside the picture.
Rect inside(const Picture& picture, const Rect& rect) {
  const int left = std::clamp(rect.x, 0, picture.width);
  const int top = std::clamp(rect.y, 0, picture.height);
  return {left, top, std::clamp(rect.x + rect.width, left, picture.width) - left,
          std::clamp(rect.y + rect.height, top, picture.height) - top};
}

}  // namespace

Picture make_picture(int width, int height, Colour colour) {
  if (width < 0 || height < 0) fail("expected a picture of no negative size, found {}x{}", width, height);
  Picture picture{width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3)};
  fill(picture, {0, 0, width, height}, colour);
  return picture;
}

void blend(Picture& picture, int x, int y, Colour colour, float coverage) {
  if (!picture.contains(x, y)) return;
  std::uint8_t* p = picture.pixel(x, y);
  const auto mix = [&](std::uint8_t below, std::uint8_t above) {
    return static_cast<std::uint8_t>(std::lround(static_cast<float>(below) + coverage * static_cast<float>(above - below)));
  };
  p[0] = mix(p[0], colour.r);
  p[1] = mix(p[1], colour.g);
  p[2] = mix(p[2], colour.b);
}

void fill(Picture& picture, const Rect& rect, Colour colour) {
  const Rect area = inside(picture, rect);
  for (int y = area.y; y < area.y + area.height; ++y) {
    std::uint8_t* p = picture.pixel(area.x, y);
    for (int x = 0; x < area.width; ++x, p += 3) {
      p[0] = colour.r;
      p[1] = colour.g;
      p[2] = colour.b;
    }
  }
}

void blit(Picture& onto, const Picture& from, int x, int y) {
  const Rect area = inside(onto, {x, y, from.width, from.height});
  if (area.width == 0) return;
  for (int row = area.y; row < area.y + area.height; ++row) {
    std::copy_n(from.pixel(area.x - x, row - y), static_cast<std::ptrdiff_t>(area.width) * 3, onto.pixel(area.x, row));
  }
}

Picture crop(const Picture& picture, const Rect& rect) {
  if (inside(picture, rect) != rect) {
    fail("expected a rectangle within {}x{} pixels, found {}x{} at {}, {}", picture.width, picture.height, rect.width, rect.height, rect.x,
         rect.y);
  }
  Picture result = make_picture(rect.width, rect.height);
  blit(result, picture, -rect.x, -rect.y);
  return result;
}

Picture stack(std::span<const Picture> parts) {
  int width = 0;
  int height = 0;
  for (const Picture& part : parts) {
    width = std::max(width, part.width);
    height += part.height;
  }
  Picture picture = make_picture(width, height);
  int y = 0;
  for (const Picture& part : parts) {
    blit(picture, part, 0, y);
    y += part.height;
  }
  return picture;
}

Picture enlarge(const Picture& picture, int factor) {
  if (factor < 1) fail("expected a factor of at least 1, found {}", factor);
  Picture result = make_picture(picture.width * factor, picture.height * factor);
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) fill(result, {x * factor, y * factor, factor, factor}, picture.at(x, y));
  }
  return result;
}

int enlargement(int side, int least) { return side < 1 ? 1 : std::max((least + side - 1) / side, 1); }

Picture resample(const Picture& picture, int width, int height) {
  if (width < 1 || height < 1 || picture.width < 1 || picture.height < 1) {
    fail("expected pictures of at least one pixel, found {}x{} to {}x{}", picture.width, picture.height, width, height);
  }
  const std::vector<Taps> columns = triangle_taps(picture.width, width);
  const std::vector<Taps> rows = triangle_taps(picture.height, height);
  const std::size_t line = static_cast<std::size_t>(width) * 3;
  std::vector<float> wide(line * static_cast<std::size_t>(picture.height));  // every row at its new width
  for (int y = 0; y < picture.height; ++y) {
    float* out = wide.data() + static_cast<std::size_t>(y) * line;
    for (const Taps& taps : columns) {
      const std::uint8_t* in = picture.pixel(taps.first, y);
      for (const float weight : taps.weights) {
        for (int c = 0; c < 3; ++c) out[c] += weight * static_cast<float>(*in++);
      }
      out += 3;
    }
  }
  Picture result = make_picture(width, height);
  std::vector<float> sum(line);
  for (int y = 0; y < height; ++y) {
    const Taps& taps = rows[static_cast<std::size_t>(y)];
    std::fill(sum.begin(), sum.end(), 0.0F);
    for (std::size_t k = 0; k < taps.weights.size(); ++k) {
      const float* in = wide.data() + (static_cast<std::size_t>(taps.first) + k) * line;
      for (std::size_t i = 0; i < line; ++i) sum[i] += taps.weights[k] * in[i];
    }
    std::transform(sum.begin(), sum.end(), result.pixel(0, y), [](float v) { return static_cast<std::uint8_t>(std::lround(v)); });
  }
  return result;
}

}  // namespace zf
