#pragma once

#include "core/nn/network.h"

namespace zf {

/// `count` neighbouring rows (or columns) of a map, from `first` on.
struct Extent {
  int first = 0;
  int count = 0;
  friend bool operator==(const Extent&, const Extent&) = default;
};

/// How a layer's outputs look along one axis of its input: output i reads `kernel` elements from i * stride - pad on.
struct Stencil {
  int kernel = 1;
  int stride = 1;
  int pad = 0;
};

/// Of a layer on the input `in`, along its rows (kernels are square, save a linear layer's, which covers the map) ...
[[nodiscard]] Stencil row_stencil(const LayerOp& op, const Shape& in);
/// ... and along its columns.
[[nodiscard]] Stencil column_stencil(const LayerOp& op, const Shape& in);

/// The outputs, of `size` along this axis, that read any of `inputs`; none (count 0) where `inputs` is empty or nobody does.
[[nodiscard]] Extent reached_outputs(const Stencil& stencil, Extent inputs, int size);

/// The inputs that `outputs` read; may begin before the map's first and end behind its last.
[[nodiscard]] Extent read_inputs(const Stencil& stencil, Extent outputs);

}  // namespace zf
