#pragma once

#include <cstddef>
#include <cstring>

namespace zf::cpu {

/// A copy that is quick for short rows. They must not overlap.
inline void copy_floats(const float* from, int count, float* to) {
  constexpr int kBlock = 8;
  constexpr std::size_t kBytes = kBlock * sizeof(float);
  if (count < kBlock) {
    for (int i = 0; i < count; ++i) to[i] = from[i];
    return;
  }
  for (int i = 0; i + kBlock <= count; i += kBlock) std::memcpy(to + i, from + i, kBytes);
  std::memcpy(to + count - kBlock, from + count - kBlock, kBytes);
}

}  // namespace zf::cpu
