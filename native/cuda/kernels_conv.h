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
  int dilation;
  // Of the outputs that read one element: from one to the next, and as many taps back. Without dilation 1 and the stride.
  int output_step;
  int tap_step;

  /// The outputs along an axis that read `place` through a kernel of `size`, and the first one's tap; place counts from the padding's
  /// start.
  struct Range {
    int begin;
    int end;
    int tap;
  };
  [[nodiscard]] ZF_BOTH Range readers(int place, int size, int begin, int count) const {
    const int least = -floor_divide((size - 1) * dilation - place, stride);
    Range range{greater(least, begin), lesser(floor_divide(place, stride) + 1, begin + count), 0};
    while (range.begin < range.end && (place - range.begin * stride) % dilation != 0) ++range.begin;
    range.tap = (place - range.begin * stride) / dilation;
    return range;
  }
};

/// x (N, C, H, W) -> columns: a thread an output place of a map, whose column it fills.
struct ToColumns {
  const float* x;
  Maps in;
  Kernel2d kernel;
  float* columns;
  int out_h;
  int out_w;

  ZF_BOTH void operator()(std::size_t i) const {
    const Maps grid{in.c, in.n, out_h, out_w};
    const Index at = index_of(i, grid);  // map, item, row, column
    const float* plane = x + in.at(at.c, at.n, 0, 0);
    const std::size_t row_size = grid.item();
    const std::size_t first_row = static_cast<std::size_t>(at.n) * static_cast<std::size_t>(kernel.h * kernel.w - 1) * row_size;
    float* to = columns + first_row + i;
    const int top = at.y * kernel.stride - kernel.pad;
    const int left = at.x * kernel.stride - kernel.pad;
    for (int row = top; row < top + kernel.h * kernel.dilation; row += kernel.dilation) {
      for (int column = left; column < left + kernel.w * kernel.dilation; column += kernel.dilation) {
        *to = in.inside(row, column) ? plane[row * in.w + column] : 0.0F;
        to += row_size;
      }
    }
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
    const int y = to.y + at.y + kernel.pad;
    const int x = to.x + at.x + kernel.pad;
    const Kernel2d::Range rows = kernel.readers(y, kernel.h, from.y, g_h);
    const Kernel2d::Range read = kernel.readers(x, kernel.w, from.x, g_w);
    const Maps grid{out.c * kernel.h * kernel.w, out.n, g_h, g_w};
    float sum = 0;
    int tap_row = at.c * kernel.h + rows.tap;
    for (int row = rows.begin; row < rows.end; row += kernel.output_step, tap_row -= kernel.tap_step) {
      int tap = tap_row * kernel.w + read.tap;
      for (int column = read.begin; column < read.end; column += kernel.output_step, tap -= kernel.tap_step) {
        sum += columns[grid.at(tap, at.n, row - from.y, column - from.x)];
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
