#pragma once

#include "core/nn/layer.h"

namespace zf {

/// How a layer's outputs look along one axis of its (first) input: output i reads `kernel` elements from i * stride - pad on.
struct Stencil {
  int kernel = 1;
  int stride = 1;
  int pad = 0;
};

/// Of a layer on the input `in`, along its rows (kernels are square, save those that cover the map) ...
[[nodiscard]] Stencil row_stencil(const LayerOp& op, const Shape& in);
/// ... and along its columns.
[[nodiscard]] Stencil column_stencil(const LayerOp& op, const Shape& in);

/// Whether every output of the layer reads all rows and columns of its input number `input`.
[[nodiscard]] bool sees_whole_map(const LayerOp& op, int input);

}  // namespace zf
