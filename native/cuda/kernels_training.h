#pragma once

#include "native/cuda/kernel.h"

/// What only training needs, beside the reductions.
namespace zf::cuda {

/// A thread an element, in place. The hash is that of core/backend/dropout_mask.h, whose function devices cannot call.
struct Dropout {
  float p;
  std::uint32_t seed_low;
  std::uint32_t seed_high;
  std::uint32_t first;  ///< index of x's first element
  float* x;

  [[nodiscard]] ZF_BOTH static std::uint32_t mix(std::uint32_t h) {
    h = (h ^ (h >> 16U)) * 0x7feb352dU;
    h = (h ^ (h >> 15U)) * 0x846ca68bU;
    return h ^ (h >> 16U);
  }
  ZF_BOTH void operator()(std::size_t i) const {
    const std::uint32_t hash = mix(mix((first + static_cast<std::uint32_t>(i)) ^ seed_low) + seed_high);
    const float uniform = static_cast<float>(hash >> 8U) * 0x1p-24F;
    x[i] = uniform >= p ? x[i] / (1 - p) : 0.0F;
  }
};

/// A thread a weight; weight and velocity in place.
struct SgdStep {
  const float* gradient;
  float rate;
  float momentum;
  float decay;
  float* velocity;
  float* weight;

  ZF_BOTH void operator()(std::size_t i) const {
    const float next = momentum * velocity[i] + gradient[i] + decay * weight[i];
    velocity[i] = next;
    weight[i] -= rate * next;
  }
};

}  // namespace zf::cuda
