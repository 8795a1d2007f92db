#include "core/tensor/signed_scale.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace zf {

float signed_scale(std::span<const float> values, double percentile) {
  std::vector<float> magnitudes;
  magnitudes.reserve(values.size());
  for (const float value : values) {
    if (value != 0.0F) magnitudes.push_back(std::abs(value));
  }
  if (magnitudes.empty()) return 0;
  const double rank = std::clamp(percentile / 100, 0.0, 1.0) * static_cast<double>(magnitudes.size() - 1);
  const auto nth = magnitudes.begin() + static_cast<std::ptrdiff_t>(std::lround(rank));
  std::nth_element(magnitudes.begin(), nth, magnitudes.end());
  return *nth;
}

}  // namespace zf
