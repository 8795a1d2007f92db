#pragma once

#include "core/tensor/shape.h"

namespace zf::cpu {

/// The columns of a convolution as a matrix product: its output places over a batch, flattened (n, y, x). Row (c, ky, kx) of the
/// matrix holds what that kernel tap meets at each place. Rows are made where they are needed; the matrix never exists.
struct ConvColumns {
  const float* x = nullptr;  ///< (N, C, H, W)
  Shape in;
  int stride = 1;
  int pad = 0;
  Size out;
  int dilation = 1;

  [[nodiscard]] int count() const { return in.n * out.h * out.w; }
};

/// Writes row (c, ky, kx), columns [first, first + count).
void pack_row(const ConvColumns& columns, int c, int ky, int kx, int first, int count, float* to);

}  // namespace zf::cpu
