#pragma once

#include "native/cuda/kernels_conv.h"
#include "native/cuda/reduce.h"

/// Convolutions in which every map of the input has filters of its own, one or more: maps c * k to c * k + k - 1 are of channel c.
/// Weights are (maps, kernel_h, kernel_w).
namespace zf::cuda {

/// x (N, C, H, W) -> y (N, maps, h, w): a thread a strip of a column, so that neighbouring threads read neighbouring elements, and a
/// weight is read once for all places of the strip.
struct DepthwiseConv {
  static constexpr int kRows = 4;  // of a strip
  const float* x;
  Maps in;
  Kernel2d kernel;
  const float* weight;
  const float* bias;  ///< null: none
  bool relu;
  float* y;
  Maps out;

  [[nodiscard]] ZF_BOTH Maps strips() const { return {out.n, out.c, (out.h + kRows - 1) / kRows, out.w}; }

  ZF_BOTH void operator()(std::size_t i) const {
    const Index at = index_of(i, strips());
    const float* plane = x + in.at(at.n, at.c / (out.c / in.c), 0, 0);
    const float* tap = weight + static_cast<std::size_t>(at.c) * static_cast<std::size_t>(kernel.h * kernel.w);
    const int first = at.y * kRows;
    const int top = first * kernel.stride - kernel.pad;
    const int left = at.x * kernel.stride - kernel.pad;
    float sums[kRows] = {};
    for (int row = top; row < top + kernel.h * kernel.dilation; row += kernel.dilation) {
      for (int column = left; column < left + kernel.w * kernel.dilation; column += kernel.dilation, ++tap) {
        if (column < 0 || column >= in.w) continue;
        const float factor = *tap;
        for (int k = 0; k < kRows; ++k) {
          const int from = row + k * kernel.stride;
          if (from >= 0 && from < in.h) sums[k] += factor * plane[from * in.w + column];
        }
      }
    }
    const float shift = bias != nullptr ? bias[at.c] : 0.0F;
    float* to = y + out.at(at.n, at.c, first, at.x);
    for (int k = 0; k < kRows; ++k) {
      if (first + k >= out.h) return;
      const float sum = sums[k] + shift;
      to[k * out.w] = relu && !(sum > 0) ? 0.0F : sum;
    }
  }
};

/// g (N, maps, h, w) -> gx (N, C, H, W): a thread an element of gx, which asks the outputs that read it.
struct DepthwiseTranspose {
  const float* g;
  Maps signal;
  const Place* g_at;
  Kernel2d kernel;
  const float* weight;
  const Place* out_at;
  float* gx;
  Maps out;

  ZF_BOTH void operator()(std::size_t i) const {
    const Index at = index_of(i, out);
    const Place from = place_of(g_at, at.n);
    const Place to = place_of(out_at, at.n);
    const Kernel2d::Range rows = kernel.readers(to.y + at.y + kernel.pad, kernel.h, from.y, signal.h);
    const Kernel2d::Range columns = kernel.readers(to.x + at.x + kernel.pad, kernel.w, from.x, signal.w);
    const int maps = signal.c / out.c;
    float sum = 0;
    for (int map = at.c * maps; map < (at.c + 1) * maps; ++map) {
      const float* plane = g + signal.at(at.n, map, 0, 0);
      const float* taps = weight + static_cast<std::size_t>(map) * static_cast<std::size_t>(kernel.h * kernel.w);
      int tap_row = rows.tap;
      for (int row = rows.begin; row < rows.end; row += kernel.output_step, tap_row -= kernel.tap_step) {
        int tap = tap_row * kernel.w + columns.tap;
        for (int column = columns.begin; column < columns.end; column += kernel.output_step, tap -= kernel.tap_step) {
          sum += taps[tap] * plane[(row - from.y) * signal.w + column - from.x];
        }
      }
    }
    gx[i] = sum;
  }
};

/// The gradient of weights: a row is a weight, whose elements are all outputs of its map.
struct DepthwiseGradientOp {
  using Value = float;
  const float* x;
  Maps in;
  const float* g;
  Maps signal;
  Kernel2d kernel;
  float* weight;

  [[nodiscard]] ZF_BOTH float partial(std::size_t weight_row, std::size_t first, std::size_t step) const {
    const Index tap = index_of(weight_row, {1, signal.c, kernel.h, kernel.w});
    const int channel = tap.c / (signal.c / in.c);
    const int top = tap.y * kernel.dilation - kernel.pad;
    const int left = tap.x * kernel.dilation - kernel.pad;
    const Maps outputs{signal.n, 1, signal.h, signal.w};
    float sum = 0;
    for (std::size_t i = first; i < outputs.size(); i += step) {
      const Index at = index_of(i, outputs);
      const int row = top + at.y * kernel.stride;
      const int column = left + at.x * kernel.stride;
      if (in.inside(row, column)) sum += g[signal.at(at.n, tap.c, at.y, at.x)] * x[in.at(at.n, channel, row, column)];
    }
    return sum;
  }
  [[nodiscard]] ZF_BOTH static float combine(float a, float b) { return a + b; }
  ZF_BOTH void finish(std::size_t weight_row, std::size_t first, std::size_t /*step*/, float value) const {
    if (first == 0) weight[weight_row] = value;
  }
};
using DepthwiseGradient = Reduce<DepthwiseGradientOp>;

}  // namespace zf::cuda
