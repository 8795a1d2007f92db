#pragma once

#include <algorithm>
#include <cstdlib>
#include <span>

namespace zf {

/// Which of the squares that begin at `starts` along an axis has its middle nearest to that of a pixel; of two as near the first. What a
/// place of Fig. 7 says is drawn there, whether the squares reach that far or not.
[[nodiscard]] inline int place_at(std::span<const int> starts, int size, int pixel) {
  const auto distance = [&](int start) { return std::abs(2 * start + size - (2 * pixel + 1)); };
  const auto found = std::min_element(starts.begin(), starts.end(), [&](int a, int b) { return distance(a) < distance(b); });
  return static_cast<int>(found - starts.begin());
}

}  // namespace zf
