#include "core/figures/oklab.h"

#include <algorithm>
#include <cmath>

namespace zf {

namespace {

// Matrices of OKLab: B. Ottosson, "A perceptual color space for image processing", 2020.

std::uint8_t encode(double linear) {
  const double v = std::clamp(linear, 0.0, 1.0);
  const double encoded = v <= 0.0031308 ? 12.92 * v : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
  return static_cast<std::uint8_t>(std::lround(255 * encoded));
}

double decode(std::uint8_t encoded) {
  const double v = encoded / 255.0;
  return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
}

bool shown(const std::array<double, 3>& rgb) {
  constexpr double kSlack = 1e-4;
  return std::all_of(rgb.begin(), rgb.end(), [](double v) { return v > -kSlack && v < 1 + kSlack; });
}

double cube(double v) { return v * v * v; }

}  // namespace

std::array<double, 3> linear_rgb(const Oklch& colour) {
  const double radians = colour.hue * std::acos(-1.0) / 180;
  const double a = colour.chroma * std::cos(radians);
  const double b = colour.chroma * std::sin(radians);
  const double l = cube(colour.lightness + 0.3963377774 * a + 0.2158037573 * b);
  const double m = cube(colour.lightness - 0.1055613458 * a - 0.0638541728 * b);
  const double s = cube(colour.lightness - 0.0894841775 * a - 1.2914855480 * b);
  return {4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
          -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s};
}

Colour to_srgb(const Oklch& colour) {
  Oklch fitted = colour;
  if (!shown(linear_rgb(fitted))) {
    double low = 0;
    double high = colour.chroma;
    for (int i = 0; i < 24; ++i) {
      fitted.chroma = (low + high) / 2;
      (shown(linear_rgb(fitted)) ? low : high) = fitted.chroma;
    }
    fitted.chroma = low;
  }
  const std::array<double, 3> rgb = linear_rgb(fitted);
  return {encode(rgb[0]), encode(rgb[1]), encode(rgb[2])};
}

double lightness(Colour colour) {
  const double r = decode(colour.r);
  const double g = decode(colour.g);
  const double b = decode(colour.b);
  const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s;
}

}  // namespace zf
