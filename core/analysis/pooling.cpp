#include "core/analysis/pooling.h"

#include <algorithm>
#include <cstdint>
#include <span>

#include "core/tensor/error.h"

namespace zf {

namespace {

struct Bin {
  int first;
  int end;
};

Bin bin(int i, int bins, int side) { return {i * side / bins, ((i + 1) * side + bins - 1) / bins}; }

float mean(const Tensor& x, int n, int c, Bin rows, Bin columns) {
  double sum = 0;
  for (int row = rows.first; row < rows.end; ++row) {
    for (int column = columns.first; column < columns.end; ++column) sum += static_cast<double>(x.at(n, c, row, column));
  }
  return static_cast<float>(sum / ((rows.end - rows.first) * (columns.end - columns.first)));
}

}  // namespace

Size pooled_size(const Shape& maps, int limit) {
  if (std::int64_t{maps.c} * maps.h * maps.w <= limit) return maps.map();
  int side = std::min(maps.h, maps.w);
  while (side > 1 && std::int64_t{maps.c} * side * side > limit) --side;
  return {side, side};
}

Tensor average_pool(const Tensor& x, Size out) {
  const Shape& in = x.shape();
  if (out.h < 1 || out.w < 1 || out.h > in.h || out.w > in.w) {
    fail("average pooling: expected a grid of 1x1 to {}x{}, found {}x{}", in.h, in.w, out.h, out.w);
  }
  if (out == in.map()) return x;
  Tensor y = Tensor::uninitialised({in.n, in.c, out.h, out.w});
  for (int n = 0; n < in.n; ++n) {
    for (int c = 0; c < in.c; ++c) {
      for (int i = 0; i < out.h; ++i) {
        for (int j = 0; j < out.w; ++j) y.at(n, c, i, j) = mean(x, n, c, bin(i, out.h, in.h), bin(j, out.w, in.w));
      }
    }
  }
  return y;
}

}  // namespace zf
