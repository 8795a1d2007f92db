#pragma once

#include <vector>

#include "core/nn/network.h"

namespace zf {

/// A rectangle of input pixels; parts may hang over the image.
struct PixelRect {
  int y = 0;
  int x = 0;
  int h = 0;
  int w = 0;
  friend bool operator==(const PixelRect&, const PixelRect&) = default;
};

/// Which input pixels the units of a layer see: the unit at row i of the map sees size.h rows from offset + i * step on,
/// columns likewise. A linear layer, and what follows it, sees the whole image: size is the image's, step and offset are 0. So does
/// what joins branches whose fields move by different steps.
struct ReceptiveField {
  Size size{1, 1};
  int step = 1;
  int offset = 0;  ///< negative where padding lets the first unit's field hang over the image
  friend bool operator==(const ReceptiveField&, const ReceptiveField&) = default;
};

/// The field of every layer's units. Normalisation across maps does not widen it.
[[nodiscard]] std::vector<ReceptiveField> receptive_fields(const Network& network);

/// The pixels that the unit at row y, column x of a map sees, padding included.
[[nodiscard]] PixelRect field_at(const ReceptiveField& field, int y, int x);

/// The part of a rectangle that lies inside an image; empty (h or w 0) where none does.
[[nodiscard]] PixelRect clip(const PixelRect& rect, Size image);

}  // namespace zf
