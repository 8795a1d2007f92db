#include "core/analysis/occlusion_maps.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "core/nn/prediction.h"
#include "core/tensor/error.h"

namespace zf {

bool OcclusionMaps::done(int place) const { return !std::isnan(activation.at(static_cast<std::size_t>(place))); }

std::vector<float> OcclusionMaps::probability(int label) const {
  if (label < 0 || label >= classes) fail("expected a class of 0 to {}, found {}", classes - 1, label);
  std::vector<float> result(activation.size(), kUnknown);
  const auto width = static_cast<std::size_t>(classes);
  for (std::size_t place = 0; place < result.size(); ++place) {
    if (!done(static_cast<int>(place))) continue;
    result[place] = probabilities(std::span(logits).subspan(place * width, width))[static_cast<std::size_t>(label)];
  }
  return result;
}

std::vector<std::int32_t> OcclusionMaps::most_probable() const {
  std::vector<std::int32_t> result(activation.size(), -1);
  for (std::size_t place = 0; place < result.size(); ++place) {
    if (!done(static_cast<int>(place))) continue;
    const auto first = logits.begin() + static_cast<std::ptrdiff_t>(place) * classes;
    result[place] = static_cast<std::int32_t>(std::max_element(first, first + classes) - first);
  }
  return result;
}

std::vector<float> OcclusionMaps::per_pixel(const std::vector<float>& values, Size image) const {
  const auto width = static_cast<std::size_t>(image.w);
  const std::size_t pixels = static_cast<std::size_t>(image.h) * width;
  std::vector<double> sums(pixels);
  std::vector<int> counts(pixels);
  // A row of squares spreads along its columns first, and all that together down its rows.
  for (std::size_t row = 0; row < y.size(); ++row) {
    std::vector<double> line_sums(width);
    std::vector<int> line_counts(width);
    for (std::size_t column = 0; column < x.size(); ++column) {
      const float value = values[row * x.size() + column];
      if (std::isnan(value)) continue;
      for (int at = std::max(x[column], 0); at < std::min(x[column] + size, image.w); ++at) {
        line_sums[static_cast<std::size_t>(at)] += static_cast<double>(value);
        ++line_counts[static_cast<std::size_t>(at)];
      }
    }
    for (int at = std::max(y[row], 0); at < std::min(y[row] + size, image.h); ++at) {
      const std::size_t first = static_cast<std::size_t>(at) * width;
      for (std::size_t i = 0; i < width; ++i) {
        sums[first + i] += line_sums[i];
        counts[first + i] += line_counts[i];
      }
    }
  }
  std::vector<float> result(pixels, kUnknown);
  for (std::size_t i = 0; i < pixels; ++i) {
    if (counts[i] > 0) result[i] = static_cast<float>(sums[i] / counts[i]);
  }
  return result;
}

std::vector<int> occluder_places(int length, int size, int stride, bool border) {
  if (size < 1) fail("occlusion: expected a square of at least 1 pixel, found {}", size);
  if (stride < 1) fail("occlusion: expected a stride of at least 1 pixel, found {}", stride);
  if (size > length) fail("occlusion: expected a square of at most {} pixels, the image's side, found {}", length, size);
  const int first = border ? -(size - 1) / stride * stride : 0;
  const int last = border ? length - 1 : length - size;
  std::vector<int> places;
  for (int at = first; at <= last; at += stride) places.push_back(at);
  if (!border && places.back() < last) places.push_back(last);
  return places;
}

}  // namespace zf
