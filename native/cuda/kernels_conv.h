#pragma once

#include "native/cuda/kernel.h"

/// What stands around the products of a convolution. Columns are (C * kernel_h * kernel_w, N * h * w): a row for every weight that an
/// output reads through, a column for every output place of every item.
namespace zf::cuda {

struct Kernel2d {
  int h;
  int w;
  int stride;
  int pad;
};

/// x (N, C, H, W) -> columns: a thread an element.
struct ToColumns {
  const float* x;
  Maps in;
  Kernel2d kernel;
  float* columns;
  int out_h;
  int out_w;

  ZF_BOTH void operator()(std::size_t i) const {
    const Division x_at = divide(i, out_w);
    const Division y_at = divide(x_at.quotient, out_h);
    const Division item = divide(y_at.quotient, in.n);
    const Division kx = divide(item.quotient, kernel.w);
    const Division ky = divide(kx.quotient, kernel.h);
    const int row = y_at.rest * kernel.stride - kernel.pad + ky.rest;
    const int column = x_at.rest * kernel.stride - kernel.pad + kx.rest;
    columns[i] = in.inside(row, column) ? x[in.at(item.rest, static_cast<int>(ky.quotient), row, column)] : 0.0F;
  }
};

/// Columns -> gx (N, C, H, W), each pixel the sum of what its outputs sent to it, in a fixed order: a thread an element of gx.
struct FromColumns {
  const float* columns;
  Kernel2d kernel;
  int g_h;
  int g_w;
  const Place* g_at;
  const Place* out_at;
  int first;  ///< item 0 is item `first` of the windows
  float* gx;
  Maps out;

  ZF_BOTH void operator()(std::size_t i) const {
    const Index at = index_of(i, out);
    const Place from = place_of(g_at, first + at.n);
    const Place to = place_of(out_at, first + at.n);
    const Maps grid{out.c * kernel.h * kernel.w, out.n, g_h, g_w};
    float sum = 0;
    for (int ky = 0; ky < kernel.h; ++ky) {
      // The output row that read this pixel's through weight row ky, where there is one.
      const int y = to.y + at.y + kernel.pad - ky;
      if (y % kernel.stride != 0) continue;
      const int row = y / kernel.stride - from.y;
      if (row < 0 || row >= g_h) continue;
      for (int kx = 0; kx < kernel.w; ++kx) {
        const int x = to.x + at.x + kernel.pad - kx;
        if (x % kernel.stride != 0) continue;
        const int column = x / kernel.stride - from.x;
        if (column < 0 || column >= g_w) continue;
        sum += columns[grid.at((at.c * kernel.h + ky) * kernel.w + kx, at.n, row, column)];
      }
    }
    gx[i] = sum;
  }
};

/// g (N, maps, plane) -> (maps, N, plane), so that a product runs over all items at once: a thread an element.
struct ItemsInside {
  const float* g;
  int items;
  int maps;
  int plane;
  float* to;

  ZF_BOTH void operator()(std::size_t i) const {
    const Division at = divide(i, plane);
    const Division item = divide(at.quotient, items);
    to[i] = g[(static_cast<std::size_t>(item.rest) * static_cast<std::size_t>(maps) + item.quotient) * static_cast<std::size_t>(plane) +
              static_cast<std::size_t>(at.rest)];
  }
};

/// Sums, in either of these orders, -> y (N, maps, plane) with biases and rectification: a thread an element of y. The sums may be y.
struct FinishSums {
  const float* sums;
  bool items_inside;  ///< the sums are (maps, N, plane), else in y's order
  const float* bias;  ///< null: none
  bool relu;
  float* y;
  int items;
  int maps;
  int plane;

  ZF_BOTH void operator()(std::size_t i) const {
    const Division at = divide(i, plane);
    const Division map = divide(at.quotient, maps);
    std::size_t from = i;
    if (items_inside) {
      const std::size_t row = static_cast<std::size_t>(map.rest) * static_cast<std::size_t>(items) + map.quotient;
      from = row * static_cast<std::size_t>(plane) + static_cast<std::size_t>(at.rest);
    }
    const float sum = sums[from] + (bias != nullptr ? bias[map.rest] : 0.0F);
    y[i] = relu && !(sum > 0) ? 0.0F : sum;
  }
};

}  // namespace zf::cuda
