#pragma once

#include <vector>

namespace zf {

/// The inputs that one output element of a resampling weighs: weights[i] belongs to element first + i. They sum to 1.
struct Taps {
  int first = 0;
  std::vector<float> weights;
};

/// Resampling of `from` elements to `to` with a triangle filter at half-pixel centres, widened by the scale when shrinking.
[[nodiscard]] std::vector<Taps> triangle_taps(int from, int to);

}  // namespace zf
