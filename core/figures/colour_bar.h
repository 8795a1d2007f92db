#pragma once

#include <string>

#include "core/figures/colormap.h"
#include "core/figures/label.h"
#include "core/figures/picture.h"

namespace zf {

struct ColourBarStyle {
  int width = 320;  ///< of the whole picture, in pixels
  int thickness = 12;
  std::string title;  ///< what the numbers are, above the bar
  TextStyle text{13, kSoftInk, Weight::kRegular};
  Colour background = kWhite;
};

/// A horizontal bar of the map's colours with round numbers below it, ends inclusive of what `range` says.
[[nodiscard]] Picture colour_bar(Colormap map, const Range& range, const ColourBarStyle& style);

}  // namespace zf
