#pragma once

#include <array>

#include "core/figures/picture.h"

namespace zf {

/// A colour by lightness (0 black to 1 white), chroma (0 grey) and hue (degrees) in Ottosson's OKLab, where equal distances
/// look about equal.
struct Oklch {
  double lightness = 0;
  double chroma = 0;
  double hue = 0;
};

/// Linear sRGB; outside 0 to 1 where no screen can show it.
[[nodiscard]] std::array<double, 3> linear_rgb(const Oklch& colour);

/// The nearest 8-bit colour of the same lightness and hue: chroma is lowered as far as a screen needs.
[[nodiscard]] Colour to_srgb(const Oklch& colour);

/// OKLab's lightness of an 8-bit colour.
[[nodiscard]] double lightness(Colour colour);

}  // namespace zf
