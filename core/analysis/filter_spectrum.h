#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "core/tensor/tensor.h"

namespace zf {

/// Frequencies are in cycles per pixel of the network's input, so that filters of different sizes compare; the highest along an
/// axis is 1/2. Below the first bound a filter is "low", below the second "mid", beyond it "high".
inline constexpr std::array<double, 2> kBandBounds{0.125, 0.25};
inline constexpr std::size_t kBands = 3;

/// Width of the rings of a radial spectrum; the last ring holds what lies beyond, up to the corner at 0.707.
inline constexpr double kRingWidth = 1.0 / 32;
inline constexpr std::size_t kRings = 23;

/// What the frequencies of one filter say. All shares are of the filter's energy (sum of squared weights, over all channels) and
/// 0 for a filter of zeros.
struct FilterMeasure {
  double rms = 0;                      ///< root mean square of the weights
  std::array<double, kBands> bands{};  ///< shares of low, mid and high frequencies
  /// Share of the energy at frequencies that the filter's stride cannot carry: beyond 1 / (2 stride) along either axis, where they
  /// come out disguised as lower ones.
  double aliased = 0;
  std::array<double, kRings> rings{};  ///< share of each ring of radial frequency
};

/// One measure a filter of `weights` (maps, channels, kernel, kernel) with a stride.
[[nodiscard]] std::vector<FilterMeasure> measure_filters(const Tensor& weights, int stride);

/// The frequency in a ring's middle.
[[nodiscard]] inline double ring_middle(std::size_t ring) { return (static_cast<double>(ring) + 0.5) * kRingWidth; }
/// A ring's share, mean over filters.
[[nodiscard]] double mean_ring(const std::vector<FilterMeasure>& filters, std::size_t ring);

/// The greatest RMS over the median RMS: how much one filter dominates (Fig. 6a). Throws where the median is 0.
[[nodiscard]] double dominance(const std::vector<FilterMeasure>& filters);

}  // namespace zf
