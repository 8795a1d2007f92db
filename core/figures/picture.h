#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace zf {

/// 8-bit sRGB.
struct Colour {
  std::uint8_t r = 0;
  std::uint8_t g = 0;
  std::uint8_t b = 0;
  friend bool operator==(const Colour&, const Colour&) = default;
};

inline constexpr Colour kWhite{255, 255, 255};
inline constexpr Colour kBlack{0, 0, 0};

/// A rectangle of pixels; functions that draw ignore what lies outside the picture.
struct Rect {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  friend bool operator==(const Rect&, const Rect&) = default;
};

/// A picture of 8-bit sRGB, interleaved, row by row from the top.
struct Picture {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgb;  ///< height x width x 3

  [[nodiscard]] std::uint8_t* pixel(int x, int y) { return rgb.data() + (static_cast<std::ptrdiff_t>(y) * width + x) * 3; }
  [[nodiscard]] const std::uint8_t* pixel(int x, int y) const { return rgb.data() + (static_cast<std::ptrdiff_t>(y) * width + x) * 3; }
  [[nodiscard]] Colour at(int x, int y) const { return {pixel(x, y)[0], pixel(x, y)[1], pixel(x, y)[2]}; }
  [[nodiscard]] bool contains(int x, int y) const { return x >= 0 && x < width && y >= 0 && y < height; }
  friend bool operator==(const Picture&, const Picture&) = default;
};

/// A picture of one colour. Throws where a side is negative.
[[nodiscard]] Picture make_picture(int width, int height, Colour colour = kWhite);

/// Lays `colour` over a pixel with a coverage of 0 to 1; nothing happens outside the picture.
void blend(Picture& picture, int x, int y, Colour colour, float coverage);

void fill(Picture& picture, const Rect& rect, Colour colour);

/// Copies `from` to (x, y) of `onto`.
void blit(Picture& onto, const Picture& from, int x, int y);

/// Throws where the rectangle leaves the picture.
[[nodiscard]] Picture crop(const Picture& picture, const Rect& rect);

/// One below the other, their left edges in line, on white.
[[nodiscard]] Picture stack(std::span<const Picture> parts);

/// Every pixel becomes factor x factor pixels.
[[nodiscard]] Picture enlarge(const Picture& picture, int factor);

/// The smallest factor that makes `side` at least `least` pixels.
[[nodiscard]] int enlargement(int side, int least);

/// Smoothly to width x height: a triangle filter at half-pixel centres, widened by the scale when shrinking.
[[nodiscard]] Picture resample(const Picture& picture, int width, int height);

}  // namespace zf
