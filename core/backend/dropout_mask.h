#pragma once

#include <cstdint>

namespace zf {

/// The uniform number in [0, 1) that decides whether dropout keeps element `index`; it keeps it where the number is at least
/// p. A hash of the index, so that every backend and thread count gives the same mask; 32-bit operations only, for shaders.
[[nodiscard]] inline float dropout_uniform(std::uint32_t index, std::uint64_t seed) {
  const auto mix = [](std::uint32_t h) {  // multipliers of the low-bias "triple xorshift" family
    h = (h ^ (h >> 16)) * 0x7feb352dU;
    h = (h ^ (h >> 15)) * 0x846ca68bU;
    return h ^ (h >> 16);
  };
  const std::uint32_t h = mix(mix(index ^ static_cast<std::uint32_t>(seed)) + static_cast<std::uint32_t>(seed >> 32));
  return static_cast<float>(h >> 8) * 0x1p-24F;
}

}  // namespace zf
