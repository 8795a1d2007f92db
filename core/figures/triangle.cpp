#include "core/figures/triangle.h"

#include <algorithm>
#include <cmath>

namespace zf {

std::vector<Taps> triangle_taps(int from, int to) {
  const double scale = static_cast<double>(from) / to;
  const double radius = std::max(scale, 1.0);
  std::vector<Taps> all;
  all.reserve(static_cast<std::size_t>(to));
  for (int i = 0; i < to; ++i) {
    const double centre = (i + 0.5) * scale;
    Taps taps;
    taps.first = std::max(static_cast<int>(std::floor(centre - radius)), 0);
    const int last = std::min(static_cast<int>(std::ceil(centre + radius)), from);
    double sum = 0;
    for (int k = taps.first; k < last; ++k) {
      const double weight = std::max(1.0 - std::abs(k + 0.5 - centre) / radius, 0.0);
      taps.weights.push_back(static_cast<float>(weight));
      sum += weight;
    }
    for (float& weight : taps.weights) weight = static_cast<float>(weight / sum);
    all.push_back(std::move(taps));
  }
  return all;
}

}  // namespace zf
