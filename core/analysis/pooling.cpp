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

float mean(std::span<const float> plane, int width, Bin rows, Bin columns) {
  double sum = 0;
  for (int y = rows.first; y < rows.end; ++y) {
    for (int x = columns.first; x < columns.end; ++x) sum += static_cast<double>(plane[static_cast<std::size_t>(y * width + x)]);
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
      const std::span<float> to = y.plane(n, c);
      for (int i = 0; i < out.h; ++i) {
        for (int j = 0; j < out.w; ++j) {
          to[static_cast<std::size_t>(i * out.w + j)] = mean(x.plane(n, c), in.w, bin(i, out.h, in.h), bin(j, out.w, in.w));
        }
      }
    }
  }
  return y;
}

}  // namespace zf
