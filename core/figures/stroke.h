#pragma once

#include <span>

#include "core/figures/picture.h"

namespace zf {

/// In pixels; (0, 0) is the picture's top-left corner, (0.5, 0.5) the centre of its first pixel.
struct PixelPoint {
  float x = 0;
  float y = 0;
};

struct StrokeStyle {
  Colour colour;
  float width = 2;  ///< pixels
  float dash = 0;   ///< length of dashes and gaps in pixels; 0 is a solid line
};

/// An antialiased line through the points, with round joints. One pixel is painted once, so that the line does not darken where
/// it meets itself. What lies outside `clip` stays as it is.
void draw_line(Picture& picture, std::span<const PixelPoint> points, const StrokeStyle& style, const Rect& clip);

/// An antialiased filled circle.
void draw_disc(Picture& picture, PixelPoint centre, float radius, Colour colour);

}  // namespace zf
