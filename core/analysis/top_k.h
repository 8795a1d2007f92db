#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace zf {

/// A map's strongest activation in one image.
struct Peak {
  float value = 0;
  int image = 0;            ///< in its data set
  std::uint32_t place = 0;  ///< flat on the map, row by row
  friend bool operator==(const Peak&, const Peak&) = default;
};

/// The k strongest activations of every map of a layer over any number of images, at most one an image. Equal values: the
/// image that comes first in the data set. Memory is k peaks a map, however many images pass.
class TopK {
 public:
  TopK(int maps, int k);

  /// Offers one image's maxima, one value and place a map (Backend::channel_max). Each image once, in any order. Throws where
  /// there is not one a map or a value is not finite.
  void add(int image, std::span<const float> values, std::span<const std::uint32_t> places);
  /// Puts back what best() gave.
  void restore(int map, std::span<const Peak> best);

  [[nodiscard]] int maps() const { return static_cast<int>(counts_.size()); }
  [[nodiscard]] int k() const { return k_; }
  /// Best first; fewer than k where fewer images were offered.
  [[nodiscard]] std::span<const Peak> best(int map) const;

 private:
  void offer(std::size_t map, const Peak& peak);

  int k_;
  std::vector<Peak> peaks_;  ///< maps x k
  std::vector<int> counts_;
};

}  // namespace zf
