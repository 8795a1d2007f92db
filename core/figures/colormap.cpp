#include "core/figures/colormap.h"

#include <algorithm>
#include <cmath>

#include "core/figures/oklab.h"

namespace zf {

namespace {

constexpr int kSteps = 256;
using Table = std::array<Colour, kSteps>;

double mix(double a, double b, double t) { return a + (b - a) * t; }

// Chroma stays inside what sRGB can show at every lightness and hue of a path, so that no kink shows.

/// Violet to yellow the long way round, over blue and green.
Colour heat(double t) {
  const double dark_end = std::max(1 - t / 0.35, 0.0);
  const double chroma = 0.087 + 0.08 * std::pow(t, 4) + 0.018 * dark_end * dark_end;
  return to_srgb({mix(0.20, 0.93, t), chroma, mix(300, 102, t)});
}

/// Even steps of the 8-bit level, which is roughly even lightness, and what signed pictures paint.
Colour grey(double t) {
  const auto level = static_cast<std::uint8_t>(std::lround(255 * t));
  return {level, level, level};
}

Colour diverging(double t) {
  const double side = std::abs(2 * t - 1);
  const double chroma = 0.32 * side * (1 - 0.58 * side);
  return to_srgb(t < 0.5 ? Oklch{mix(0.97, 0.42, side), chroma, 255} : Oklch{mix(0.97, 0.42, side), 1.15 * chroma, 30});
}

template <typename Path>
Table make_table(const Path& path) {
  Table table;
  for (int i = 0; i < kSteps; ++i) table[static_cast<std::size_t>(i)] = path(static_cast<double>(i) / (kSteps - 1));
  return table;
}

const Table& table_of(Colormap map) {
  static const Table heat_table = make_table(heat);
  static const Table grey_table = make_table(grey);
  static const Table signed_table = make_table(diverging);
  if (map == Colormap::kHeat) return heat_table;
  return map == Colormap::kGrey ? grey_table : signed_table;
}

}  // namespace

Colour colour_at(Colormap map, float t) {
  const float held = t >= 0 ? std::min(t, 1.0F) : 0.0F;
  return table_of(map)[static_cast<std::size_t>(std::lround(held * (kSteps - 1)))];
}

float position(float value, const Range& range) {
  const float width = range.high - range.low;
  return width > 0 ? (value - range.low) / width : 0.0F;
}

Colour series_colour(int k) {
  // Neighbours in the order differ in both hue and lightness.
  constexpr std::array<Oklch, kSeriesColours> kColours = {{{0.48, 0.16, 258},
                                                           {0.66, 0.18, 48},
                                                           {0.58, 0.13, 162},
                                                           {0.52, 0.20, 358},
                                                           {0.72, 0.13, 225},
                                                           {0.42, 0.14, 305},
                                                           {0.74, 0.15, 85},
                                                           {0.40, 0.03, 260}}};
  return to_srgb(kColours[static_cast<std::size_t>(k) % kColours.size()]);
}

}  // namespace zf
