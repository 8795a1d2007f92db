#pragma once

#include <array>
#include <cstdint>

#include "core/figures/picture.h"

namespace zf {

/// Colours for numbers. All keep their order in grey print and for every kind of colour blindness, since lightness alone
/// carries it.
enum class Colormap : std::uint8_t {
  kHeat,    ///< dark violet over blue and green to yellow: lightness rises evenly
  kGrey,    ///< black to white, lightness rises evenly
  kSigned,  ///< blue through nearly white (the middle) to red: lightness falls evenly to both sides
};

/// What the two ends of a colour map stand for.
struct Range {
  float low = 0;
  float high = 1;
};

/// The colour at t in 0 (low end) to 1; t beyond is held at the ends, NaN counts as 0.
[[nodiscard]] Colour colour_at(Colormap map, float t);

/// Where a value lies within a range, 0 to 1 inside it. An empty range puts everything at 0.
[[nodiscard]] float position(float value, const Range& range);

/// A colour for the k-th of several things: distinct in hue and lightness, dark enough for lines on white. Repeats after
/// kSeriesColours.
inline constexpr int kSeriesColours = 8;
[[nodiscard]] Colour series_colour(int k);

}  // namespace zf
