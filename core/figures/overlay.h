#pragma once

#include <span>

#include "core/figures/colormap.h"
#include "core/figures/picture.h"
#include "core/tensor/shape.h"

namespace zf {

/// A map (h x w values) in colours over a photo, smoothly brought to its size. The photo below is drained of colour, so that
/// every colour seen is the map's. `opacity` 0 shows the photo, 1 the map alone.
[[nodiscard]] Picture heat_overlay(const Picture& photo, std::span<const float> map, Size size, const Range& range, Colormap colormap,
                                   float opacity = 0.55F);

/// Draws a rectangle's outline, `thickness` pixels wide, inside the rectangle, with a thin dark line on either side of it so
/// that it shows on every ground.
void outline(Picture& picture, const Rect& rect, Colour colour, int thickness = 2);

}  // namespace zf
