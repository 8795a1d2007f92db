#pragma once

#include "native/cuda/kernel.h"

/// Where branches meet or part, and average pooling, a thread an element of the output.
namespace zf::cuda {

struct Add {
  const float* a;
  const float* b;
  bool relu;
  float* y;

  ZF_BOTH void operator()(std::size_t i) const {
    const float sum = a[i] + b[i];
    y[i] = relu && !(sum > 0) ? 0.0F : sum;
  }
};

struct Multiply {
  const float* a;
  const float* b;
  int shared;  ///< elements of `a` that one of b multiplies: a plane, or 1
  float* y;

  ZF_BOTH void operator()(std::size_t i) const { y[i] = a[i] * b[divide(i, shared).quotient]; }
};

/// Maps [0, part.c) of every item of one tensor to those of another; a thread an element of what is copied.
struct CopyMaps {
  const float* from;
  std::size_t from_item;  ///< elements from an item to the next
  float* to;
  std::size_t to_item;
  Maps part;

  ZF_BOTH void operator()(std::size_t i) const {
    const Division map = divide(divide(i, static_cast<int>(part.plane())).quotient, part.c);
    const std::size_t inside = i - map.quotient * part.item();
    to[map.quotient * to_item + inside] = from[map.quotient * from_item + inside];
  }
};

/// AveragePoolSpec of specs.h.
struct Averaging {
  int kernel_h;
  int kernel_w;
  int stride;
  int pad;
  bool count_pad;

  /// A window along an axis: what of it lies in the map, and how many elements its mean counts.
  struct Range {
    int begin;
    int end;
    int count;
  };
  [[nodiscard]] ZF_BOTH Range range(int output, int kernel, int size) const {
    const int begin = output * stride - pad;
    const int end = lesser(begin + kernel, size + pad);
    const int first = greater(begin, 0);
    const int last = lesser(end, size);
    return {first, last, count_pad ? end - begin : last - first};
  }
};

struct AveragePool {
  const float* x;
  Maps in;
  Averaging spec;
  float* y;
  Maps out;

  ZF_BOTH void operator()(std::size_t i) const {
    const Index at = index_of(i, out);
    const float* plane = x + in.at(at.n, at.c, 0, 0);
    const Averaging::Range rows = spec.range(at.y, spec.kernel_h, in.h);
    const Averaging::Range columns = spec.range(at.x, spec.kernel_w, in.w);
    float sum = 0;
    for (int row = rows.begin; row < rows.end; ++row) {
      for (int column = columns.begin; column < columns.end; ++column) sum += plane[row * in.w + column];
    }
    y[i] = sum / static_cast<float>(rows.count * columns.count);
  }
};

/// Gathers: a pixel asks the pools that cover it.
struct AverageUnpool {
  const float* g;
  Maps signal;
  const Place* g_at;
  Averaging spec;
  int pooled_h;
  int pooled_w;
  int plane_h;
  int plane_w;
  const Place* out_at;
  float* gx;
  Maps out;

  /// The first pool along an axis that covers a place.
  [[nodiscard]] ZF_BOTH int first(int place, int kernel) const { return greater(place + spec.pad - kernel + spec.stride, 0) / spec.stride; }

  ZF_BOTH void operator()(std::size_t i) const {
    const Index at = index_of(i, out);
    const Place from = place_of(g_at, at.n);
    const Place to = place_of(out_at, at.n);
    const int row = to.y + at.y;
    const int column = to.x + at.x;
    float sum = 0;
    if (row >= 0 && row < plane_h && column >= 0 && column < plane_w) {
      const int end_row = lesser(lesser((row + spec.pad) / spec.stride + 1, pooled_h), from.y + signal.h);
      const int end_column = lesser(lesser((column + spec.pad) / spec.stride + 1, pooled_w), from.x + signal.w);
      for (int py = greater(first(row, spec.kernel_h), from.y); py < end_row; ++py) {
        const int rows = spec.range(py, spec.kernel_h, plane_h).count;
        for (int px = greater(first(column, spec.kernel_w), from.x); px < end_column; ++px) {
          const int count = rows * spec.range(px, spec.kernel_w, plane_w).count;
          sum += g[signal.at(at.n, at.c, py - from.y, px - from.x)] / static_cast<float>(count);
        }
      }
    }
    gx[i] = sum;
  }
};

}  // namespace zf::cuda
