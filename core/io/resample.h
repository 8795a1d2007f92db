#pragma once

#include "core/io/image.h"
#include "core/nn/receptive_field.h"

namespace zf {

/// A rectangle of an image, in pixels; pixel (0, 0) covers [0, 1) x [0, 1).
struct Box {
  float x = 0;
  float y = 0;
  float width = 0;
  float height = 0;
};

/// Resamples to width x height with a triangle filter at half-pixel centres, widened by the scale when shrinking (what
/// Pillow calls BILINEAR; equal to it within one grey level).
[[nodiscard]] Image resize(const Image& image, int width, int height);

/// The same of a part of the image. The filter reaches beyond the box where the image goes on there.
/// Throws where the box is empty or leaves the image.
[[nodiscard]] Image resize(const Image& image, const Box& box, int width, int height);

/// Width and height (in that order of Size: h, w) of an image whose shorter side becomes `side` pixels, the longer one
/// rounded down.
[[nodiscard]] Size shorter_side_size(const Image& image, int side);
[[nodiscard]] Size shorter_side_size(Size image, int side);
[[nodiscard]] Image resize_shorter_side(const Image& image, int side);

/// Throws where the rectangle leaves the image.
[[nodiscard]] Image crop(const Image& image, int x, int y, int width, int height);

/// A rectangle that may hang over the edges, where the result is mid grey.
[[nodiscard]] Image padded_crop(const Image& image, const PixelRect& rect);

/// Mirrors left and right, in place.
void flip(Image& image);

}  // namespace zf
