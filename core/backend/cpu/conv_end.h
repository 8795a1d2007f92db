#pragma once

#include <cstddef>

#include "core/backend/cpu/copy_floats.h"
#include "core/backend/specs.h"

namespace zf::cpu {

/// What becomes of a convolution's sums, in this order, and where they go.
struct ConvEnd {
  const float* bias = nullptr;   ///< one a map, or null
  const float* added = nullptr;  ///< (N, maps, h, w), or null
  Rectifier relu = {};
  float* y = nullptr;
  std::size_t gap = 0;  ///< floats between an item of y and the next, where other maps lie

  /// Sums in scratch are rectified with the product, or with what is added.
  [[nodiscard]] Rectifier scratch_relu() const { return added == nullptr ? relu : Rectifier(); }
  /// `count` of such sums to place `at` of item n, each of `item` floats.
  void put(const float* sums, int count, std::size_t n, std::size_t item, std::size_t at) const {
    float* to = y + n * (item + gap) + at;
    if (added == nullptr) {
      copy_floats(sums, count, to);
      return;
    }
    const float* other = added + n * item + at;
    for (int i = 0; i < count; ++i) {
      const float sum = sums[i] + other[i];
      const float cut = sum < 0 ? 0.0F : std::min(sum, relu.ceiling);
      to[i] = relu.on ? cut : sum;
    }
  }
};

}  // namespace zf::cpu
