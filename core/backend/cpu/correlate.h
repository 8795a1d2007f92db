#pragma once

#include <cstddef>

#include "core/backend/cpu/copy_floats.h"
#include "core/backend/specs.h"

namespace zf::cpu {

/// Sums of weighted values that lie at fixed offsets from each place: rows of them, to[i] = bias + sum of weights[t] * from[offsets[t] +
/// i], then rectified.
struct Correlation {
  const float* from = nullptr;  ///< readable for correlate_lanes() more than it needs
  int taps = 0;
  const float* weights = nullptr;
  const std::ptrdiff_t* offsets = nullptr;
  float bias = 0;
  Rectifier relu;
  int rows = 0;
  int count = 0;  ///< of a row
  std::ptrdiff_t from_pitch = 0;
  float* to = nullptr;
  std::ptrdiff_t to_pitch = 0;
};
void correlate(const Correlation& job);

/// Floats of a vector.
[[nodiscard]] int correlate_lanes();

[[nodiscard]] float dot(const float* a, const float* b, std::size_t count);

/// to[i] = from[2 * i].
void take_every_second(const float* from, int count, float* to);

/// to[i] = from[step * i].
inline void take_every(const float* from, int count, int step, float* to) {
  if (step == 1) return copy_floats(from, count, to);
  if (step == 2) return take_every_second(from, count, to);
  for (int i = 0; i < count; ++i) to[i] = from[i * step];
}

}  // namespace zf::cpu
