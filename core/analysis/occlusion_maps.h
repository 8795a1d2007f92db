#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "core/tensor/shape.h"

namespace zf {

/// What covering a square does, place by place: rows x columns of them, row by row. NaN where a place was not run yet.
struct OcclusionMaps {
  static constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();

  std::vector<int> y{};  ///< the rows' top edges, in pixels of the input
  std::vector<int> x{};  ///< the columns' left edges
  int size = 0;          ///< of the square
  int stride = 0;
  int classes = 0;                    ///< logits a place
  std::vector<float> logits{};        ///< rows x columns x classes, before softmax
  std::vector<float> activation{};    ///< rows x columns: sum over the watched map
  std::vector<float> clean_logits{};  ///< of the image without a square
  float clean_activation = 0;

  [[nodiscard]] int rows() const { return static_cast<int>(y.size()); }
  [[nodiscard]] int columns() const { return static_cast<int>(x.size()); }
  [[nodiscard]] bool done(int place) const;
  /// Fig. 7 (d): the probability of class `label` at every place. Throws where there is no such class.
  [[nodiscard]] std::vector<float> probability(int label) const;
  /// Fig. 7 (e): the most probable class at every place; -1 where it was not run yet.
  [[nodiscard]] std::vector<std::int32_t> most_probable() const;
  /// Values of places (rows x columns) brought to pixels (h x w): each pixel gets the mean over all squares that were run and
  /// cover it, NaN where none does.
  [[nodiscard]] std::vector<float> per_pixel(const std::vector<float>& values, Size image) const;
};

/// The tops (or lefts) of squares along an axis of `length` pixels: 0, stride, 2 stride, ... while they fit, and one that ends with the
/// axis; with `border` all that cover a pixel, instead. Throws where size or stride is below 1, or no square fits.
[[nodiscard]] std::vector<int> occluder_places(int length, int size, int stride, bool border);

}  // namespace zf
