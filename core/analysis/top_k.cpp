#include "core/analysis/top_k.h"

#include <algorithm>
#include <cmath>

#include "core/tensor/error.h"

namespace zf {

namespace {

bool stronger(const Peak& a, const Peak& b) { return a.value > b.value || (a.value == b.value && a.image < b.image); }

}  // namespace

TopK::TopK(int maps, int k) : k_(k) {
  if (maps < 1 || k < 1) fail("[top_k] expected at least one map and one activation a map, found {} and {}", maps, k);
  counts_.resize(static_cast<std::size_t>(maps));
  peaks_.resize(counts_.size() * static_cast<std::size_t>(k));
}

void TopK::add(int image, std::span<const float> values, std::span<const std::uint32_t> places) {
  if (values.size() != counts_.size() || places.size() != counts_.size()) {
    fail("[top_k] expected {} values and places, found {} and {}", counts_.size(), values.size(), places.size());
  }
  for (std::size_t map = 0; map < counts_.size(); ++map) {
    if (!std::isfinite(values[map])) fail("[top_k] expected finite activations, found {} of map {}", values[map], map);
    offer(map, {values[map], image, places[map]});
  }
}

void TopK::restore(int map, std::span<const Peak> best) {
  const auto at = static_cast<std::size_t>(map);
  counts_.at(at) = 0;
  for (const Peak& peak : best) offer(at, peak);
}

std::span<const Peak> TopK::best(int map) const {
  const auto at = static_cast<std::size_t>(map);
  const auto count = static_cast<std::size_t>(counts_.at(at));
  return std::span(peaks_).subspan(at * static_cast<std::size_t>(k_), count);
}

void TopK::offer(std::size_t map, const Peak& peak) {
  Peak* const first = peaks_.data() + map * static_cast<std::size_t>(k_);
  int& count = counts_[map];
  Peak* const end = first + count;
  if (count == k_ && !stronger(peak, *(end - 1))) return;
  if (count < k_) ++count;
  Peak* const place = std::upper_bound(first, end, peak, stronger);
  Peak* const last = first + count - 1;  // takes the weakest's room where all is full
  std::move_backward(place, last, last + 1);
  *place = peak;
}

}  // namespace zf
