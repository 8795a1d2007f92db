#pragma once

#include <cmath>

#include "native/cuda/kernel.h"

/// What acts on single maps or across maps, a thread an element of the output. The definitions are those of the reference backend.
namespace zf::cuda {

struct Fill {
  float* to;
  float value;
  ZF_BOTH void operator()(std::size_t i) const { to[i] = value; }
};

struct Relu {
  const float* x;
  float* y;
  ZF_BOTH void operator()(std::size_t i) const { y[i] = x[i] > 0 ? x[i] : 0.0F; }
};

/// A thread an element of g, in place.
struct ReluBackward {
  bool rectify;    ///< keeps what of g is positive
  const float* y;  ///< keeps g where y is positive; null: everywhere
  Maps full;
  const Place* g_at;
  float* g;
  Maps maps;

  ZF_BOTH void operator()(std::size_t i) const {
    if (rectify && !(g[i] > 0)) g[i] = 0;
    if (y == nullptr) return;
    const Index at = index_of(i, maps);
    const Place from = place_of(g_at, at.n);
    const bool on = full.inside(from.y + at.y, from.x + at.x) && y[full.at(from.image, at.c, from.y + at.y, from.x + at.x)] > 0;
    if (!on) g[i] = 0;
  }
};

struct Pooling {
  int kernel;
  int stride;
  int pad;
};

struct MaxPool {
  const float* x;
  Maps in;
  Pooling spec;
  float* y;
  std::uint32_t* switches;
  Maps out;

  ZF_BOTH void operator()(std::size_t i) const {
    const Index at = index_of(i, out);
    const float* plane = x + in.at(at.n, at.c, 0, 0);
    const int top = at.y * spec.stride - spec.pad;
    const int left = at.x * spec.stride - spec.pad;
    int best = -1;
    float value = 0;
    for (int row = greater(top, 0); row < lesser(top + spec.kernel, in.h); ++row) {
      for (int column = greater(left, 0); column < lesser(left + spec.kernel, in.w); ++column) {
        const int place = row * in.w + column;
        if (best >= 0 && !(plane[place] > value)) continue;
        best = place;
        value = plane[place];
      }
    }
    y[i] = value;
    switches[i] = static_cast<std::uint32_t>(best);
  }
};

/// Gathers: a pixel asks the pools that cover it, so that values that meet add up in a fixed order.
struct Unpool {
  const float* g;
  Maps signal;
  const Place* g_at;
  const std::uint32_t* switches;
  Maps pooled;
  Pooling spec;
  int plane_h;
  int plane_w;
  const Place* out_at;
  float* gx;
  Maps out;

  /// The first pool along an axis that covers a place.
  [[nodiscard]] ZF_BOTH int first(int place) const { return greater(place + spec.pad - spec.kernel + spec.stride, 0) / spec.stride; }

  ZF_BOTH void operator()(std::size_t i) const {
    const Index at = index_of(i, out);
    const Place from = place_of(g_at, at.n);
    const Place to = place_of(out_at, at.n);
    const int row = to.y + at.y;
    const int column = to.x + at.x;
    float sum = 0;
    if (row >= 0 && row < plane_h && column >= 0 && column < plane_w) {
      const auto place = static_cast<std::uint32_t>(row * plane_w + column);
      for (int py = first(row); py < lesser((row + spec.pad) / spec.stride + 1, pooled.h); ++py) {
        for (int px = first(column); px < lesser((column + spec.pad) / spec.stride + 1, pooled.w); ++px) {
          if (switches[pooled.at(from.image, at.c, py, px)] != place || !signal.inside(py - from.y, px - from.x)) continue;
          sum += g[signal.at(at.n, at.c, py - from.y, px - from.x)];
        }
      }
    }
    gx[i] = sum;
  }
};

struct Normalisation {
  int size;
  float alpha;
  float beta;
  float k;

  /// k + alpha/size * sum of squares around map c of `maps`; `at` is the place of map 0, `plane` the distance of maps.
  [[nodiscard]] ZF_BOTH float scale(const float* at, std::size_t plane, int c, int maps) const {
    float sum = 0;
    for (int j = greater(c - size / 2, 0); j < lesser(c + size / 2 + 1, maps); ++j) {
      const float value = at[static_cast<std::size_t>(j) * plane];
      sum += value * value;
    }
    return k + alpha / static_cast<float>(size) * sum;
  }
};

struct Lrn {
  const float* x;
  Normalisation spec;
  float* y;
  Maps maps;

  ZF_BOTH void operator()(std::size_t i) const {
    const Index at = index_of(i, maps);
    y[i] = x[i] * powf(spec.scale(x + maps.at(at.n, 0, at.y, at.x), maps.plane(), at.c, maps.c), -spec.beta);
  }
};

struct LrnBackward {
  const float* x;
  Maps full;
  Normalisation spec;
  const float* g;
  const Place* g_at;
  float* gx;
  Maps maps;

  ZF_BOTH void operator()(std::size_t i) const {
    const Index at = index_of(i, maps);
    const Place from = place_of(g_at, at.n);
    gx[i] = 0;
    if (!full.inside(from.y + at.y, from.x + at.x)) return;
    const float* in = x + full.at(from.image, 0, from.y + at.y, from.x + at.x);
    const float* signal = g + maps.at(at.n, 0, at.y, at.x);
    float through = 0;  // map c in the scales of its neighbours
    float own = 0;
    for (int j = greater(at.c - spec.size / 2, 0); j < lesser(at.c + spec.size / 2 + 1, maps.c); ++j) {
      const float scale = spec.scale(in, full.plane(), j, maps.c);
      const float power = powf(scale, -spec.beta);
      const float value = signal[static_cast<std::size_t>(j) * maps.plane()];
      through += value * in[static_cast<std::size_t>(j) * full.plane()] * power / scale;
      if (j == at.c) own = value * power;
    }
    const float factor = 2 * spec.alpha * spec.beta / static_cast<float>(spec.size);
    gx[i] = own - factor * in[static_cast<std::size_t>(at.c) * full.plane()] * through;
  }
};

}  // namespace zf::cuda
