#pragma once

#include <algorithm>
#include <cstddef>

#include "core/backend/specs.h"

namespace zf::cpu {

/// Where item n lies; without windows it is the whole map of image n.
[[nodiscard]] inline Window window_of(Windows windows, int n) {
  return windows.empty() ? Window{n, 0, 0} : windows[static_cast<std::size_t>(n)];
}

/// Places [begin, end) of a window along one axis.
struct Span {
  int begin = 0;
  int end = 0;
  [[nodiscard]] bool empty() const { return begin == end; }
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(end - begin); }
};

/// The part of a window of `size` places, which starts at place `at` of the map, that lies inside the map's `full` places.
[[nodiscard]] inline Span overlap(int at, int size, int full) {
  const int begin = std::clamp(-at, 0, size);
  return {begin, std::clamp(full - at, begin, size)};
}

}  // namespace zf::cpu
