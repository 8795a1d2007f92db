#pragma once

#include "core/nn/stencil.h"

namespace zf {

/// `count` neighbouring rows (or columns) of a map, from `first` on.
struct Extent {
  int first = 0;
  int count = 0;
  friend bool operator==(const Extent&, const Extent&) = default;
};

/// The first output that reads `input`; may lie before the map's first.
[[nodiscard]] int first_reached(const Stencil& stencil, int input);

/// The outputs, of `size` along this axis, that read any of `inputs`; none (count 0) where `inputs` is empty or nobody does.
[[nodiscard]] Extent reached_outputs(const Stencil& stencil, Extent inputs, int size);

/// The inputs that `outputs` read; may begin before the map's first and end behind its last.
[[nodiscard]] Extent read_inputs(const Stencil& stencil, Extent outputs);

}  // namespace zf
