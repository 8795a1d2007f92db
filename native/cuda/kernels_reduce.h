#pragma once

#include <cmath>

#include "native/cuda/reduce.h"

/// What reduces a map, the maps at a place, or a filter: a block each.
namespace zf::cuda {

/// A row is a map; the first of equal maxima.
struct ChannelMaxOp {
  struct Value {
    float value;
    std::uint32_t place;
  };
  const float* x;
  std::size_t plane;
  float* values;
  std::uint32_t* places;

  [[nodiscard]] ZF_BOTH Value partial(std::size_t row, std::size_t first, std::size_t step) const {
    const float* map = x + row * plane;
    std::size_t best = first < plane ? first : 0;
    for (std::size_t i = first + step; i < plane; i += step) best = map[i] > map[best] ? i : best;
    return {map[best], static_cast<std::uint32_t>(best)};
  }
  [[nodiscard]] ZF_BOTH static Value combine(const Value& a, const Value& b) {
    const bool second = b.value > a.value || (b.value == a.value && b.place < a.place);
    return second ? b : a;
  }
  ZF_BOTH void finish(std::size_t row, std::size_t first, std::size_t /*step*/, const Value& value) const {
    if (first != 0) return;
    values[row] = value.value;
    places[row] = value.place;
  }
};
using ChannelMax = Reduce<ChannelMaxOp>;

/// A row is a map, summed over `items` items of `item` elements each, times `factor`: one for a map's own sum or mean, all for a bias's
/// gradient.
struct MapSumOp {
  using Value = float;
  const float* x;
  std::size_t plane;
  int items;
  std::size_t item;
  float factor;
  float* sums;

  [[nodiscard]] ZF_BOTH float partial(std::size_t row, std::size_t first, std::size_t step) const {
    float total = 0;
    for (int n = 0; n < items; ++n) {
      const float* map = x + static_cast<std::size_t>(n) * item + row * plane;
      float sum = 0;
      for (std::size_t i = first; i < plane; i += step) sum += map[i];
      total += sum;
    }
    return total;
  }
  [[nodiscard]] ZF_BOTH static float combine(float a, float b) { return a + b; }
  ZF_BOTH void finish(std::size_t row, std::size_t first, std::size_t /*step*/, float value) const {
    if (first == 0) sums[row] = factor * value;
  }
};
using MapSum = Reduce<MapSumOp>;

/// The sum of powers of e, as a factor of that of the largest exponent.
struct PowerSum {
  float top;
  float sum;

  [[nodiscard]] ZF_BOTH static PowerSum none() { return {-3.402823466e38F, 0.0F}; }
  [[nodiscard]] ZF_BOTH static PowerSum combine(const PowerSum& a, const PowerSum& b) {
    if (a.top >= b.top) return {a.top, a.sum + b.sum * expf(b.top - a.top)};
    return {b.top, b.sum + a.sum * expf(a.top - b.top)};
  }
};

/// A row is a place of an item, its elements are the maps there.
struct SoftmaxOp {
  using Value = PowerSum;
  const float* x;
  float* y;
  int maps;
  int plane;

  [[nodiscard]] ZF_BOTH std::size_t start(std::size_t row) const {
    const Division at = divide(row, plane);
    return at.quotient * static_cast<std::size_t>(maps) * static_cast<std::size_t>(plane) + static_cast<std::size_t>(at.rest);
  }
  [[nodiscard]] ZF_BOTH PowerSum partial(std::size_t row, std::size_t first, std::size_t step) const {
    const float* in = x + start(row);
    PowerSum total = PowerSum::none();
    for (std::size_t c = first; c < static_cast<std::size_t>(maps); c += step) {
      total = PowerSum::combine(total, {in[c * static_cast<std::size_t>(plane)], 1.0F});
    }
    return total;
  }
  [[nodiscard]] ZF_BOTH static PowerSum combine(const PowerSum& a, const PowerSum& b) { return PowerSum::combine(a, b); }
  ZF_BOTH void finish(std::size_t row, std::size_t first, std::size_t step, const PowerSum& total) const {
    const std::size_t from = start(row);
    for (std::size_t c = first; c < static_cast<std::size_t>(maps); c += step) {
      const std::size_t i = from + c * static_cast<std::size_t>(plane);
      y[i] = expf(x[i] - total.top) / total.sum;
    }
  }
};
using Softmax = Reduce<SoftmaxOp>;

/// A row is an item.
struct CrossEntropyOp {
  using Value = PowerSum;
  const float* logits;
  const int* labels;
  float* loss;
  float* g;
  int items;
  int classes;

  [[nodiscard]] ZF_BOTH PowerSum partial(std::size_t row, std::size_t first, std::size_t step) const {
    return SoftmaxOp{logits, g, classes, 1}.partial(row, first, step);
  }
  [[nodiscard]] ZF_BOTH static PowerSum combine(const PowerSum& a, const PowerSum& b) { return PowerSum::combine(a, b); }
  ZF_BOTH void finish(std::size_t row, std::size_t first, std::size_t step, const PowerSum& total) const {
    const float* in = logits + row * static_cast<std::size_t>(classes);
    const auto label = static_cast<std::size_t>(labels[row]);
    for (std::size_t c = first; c < static_cast<std::size_t>(classes); c += step) {
      const float p = expf(in[c] - total.top) / total.sum;
      g[row * static_cast<std::size_t>(classes) + c] = (p - (c == label ? 1.0F : 0.0F)) / static_cast<float>(items);
    }
    if (first == 0) loss[row] = logf(total.sum) + (total.top - in[label]);
  }
};
using CrossEntropy = Reduce<CrossEntropyOp>;

/// A row is a filter, in place.
struct LimitRmsOp {
  using Value = float;
  float* weight;
  std::size_t item;
  float limit;

  [[nodiscard]] ZF_BOTH float partial(std::size_t row, std::size_t first, std::size_t step) const {
    const float* filter = weight + row * item;
    float sum = 0;
    for (std::size_t i = first; i < item; i += step) sum += filter[i] * filter[i];
    return sum;
  }
  [[nodiscard]] ZF_BOTH static float combine(float a, float b) { return a + b; }
  ZF_BOTH void finish(std::size_t row, std::size_t first, std::size_t step, float squares) const {
    const float rms = sqrtf(squares / static_cast<float>(item));
    if (!(rms > limit)) return;
    for (std::size_t i = first; i < item; i += step) weight[row * item + i] *= limit / rms;
  }
};
using LimitRms = Reduce<LimitRmsOp>;

/// A row is a unit of a fully connected layer on one item: its weights are read once, as fast as memory gives them.
struct ConnectOp {
  using Value = float;
  const float* x;
  const float* weight;
  std::size_t depth;
  const float* bias;  ///< null: none
  bool relu;
  float* y;

  [[nodiscard]] ZF_BOTH float partial(std::size_t row, std::size_t first, std::size_t step) const {
    const float* own = weight + row * depth;
    float sum = 0;
    for (std::size_t i = first; i < depth; i += step) sum += own[i] * x[i];
    return sum;
  }
  [[nodiscard]] ZF_BOTH static float combine(float a, float b) { return a + b; }
  ZF_BOTH void finish(std::size_t row, std::size_t first, std::size_t /*step*/, float dot) const {
    if (first != 0) return;
    const float sum = dot + (bias != nullptr ? bias[row] : 0.0F);
    y[row] = relu && !(sum > 0) ? 0.0F : sum;
  }
};
using Connect = Reduce<ConnectOp>;

}  // namespace zf::cuda
