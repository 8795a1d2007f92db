#include "core/analysis/filter_spectrum.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <span>

#include "core/analysis/statistics.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

/// Frequencies along either axis: filters are padded with zeros to this side, at least.
constexpr int kLeastSide = 64;

using Complex = std::complex<double>;

/// exp(-2 pi i k / side) of every k.
std::vector<Complex> roots(int side) {
  std::vector<Complex> result;
  for (int k = 0; k < side; ++k) result.push_back(std::polar(1.0, -2 * std::numbers::pi * k / side));
  return result;
}

/// Energy at every frequency of a plane (h x w) padded with zeros to side x side; row and column k stand for k / side cycles a
/// pixel, from side / 2 on for negative ones. They sum to the plane's energy (Parseval).
void add_energy(std::span<const float> plane, Size size, const std::vector<Complex>& root, std::vector<double>& energy) {
  const std::size_t side = root.size();
  const auto height = static_cast<std::size_t>(size.h);
  const auto width = static_cast<std::size_t>(size.w);
  std::vector<Complex> rows(height * side);
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t u = 0; u < side; ++u) {
      for (std::size_t x = 0; x < width; ++x) rows[y * side + u] += static_cast<double>(plane[y * width + x]) * root[u * x % side];
    }
  }
  const double scale = 1.0 / static_cast<double>(side * side);
  for (std::size_t v = 0; v < side; ++v) {
    for (std::size_t u = 0; u < side; ++u) {
      Complex sum;
      for (std::size_t y = 0; y < height; ++y) sum += rows[y * side + u] * root[v * y % side];
      energy[v * side + u] += std::norm(sum) * scale;
    }
  }
}

/// Of row or column k, without its sign.
double frequency(std::size_t k, std::size_t side) { return static_cast<double>(std::min(k, side - k)) / static_cast<double>(side); }

/// The part of a frequency that sampling carries: half of one at the limit, as its cell of the grid reaches equally far to
/// either side.
double carried(double frequency, int stride) {
  const double limit = 0.5 / stride;
  if (frequency == limit && stride > 1) return 0.5;
  return frequency <= limit ? 1 : 0;
}

FilterMeasure measure(const std::vector<double>& energy, std::size_t side, int stride) {
  FilterMeasure result;
  double sum = 0;
  for (const double e : energy) sum += e;
  if (sum == 0) return result;
  for (std::size_t v = 0; v < side; ++v) {
    for (std::size_t u = 0; u < side; ++u) {
      const double share = energy[v * side + u] / sum;
      const double fy = frequency(v, side);
      const double fx = frequency(u, side);
      const double radius = std::hypot(fy, fx);
      const std::size_t band = radius < kBandBounds[0] ? 0 : radius < kBandBounds[1] ? 1 : 2;
      result.bands[band] += share;
      result.rings[std::min(static_cast<std::size_t>(radius / kRingWidth), kRings - 1)] += share;
      result.aliased += share * (1 - carried(fy, stride) * carried(fx, stride));
    }
  }
  return result;
}

}  // namespace

std::vector<FilterMeasure> measure_filters(const Tensor& weights, int stride) {
  if (stride < 1) fail("filters: expected a stride of at least 1, found {}", stride);
  const Shape& shape = weights.shape();
  const std::vector<Complex> root = roots(std::max({kLeastSide, shape.h, shape.w}));
  std::vector<FilterMeasure> filters;
  std::vector<double> energy(root.size() * root.size());
  for (int map = 0; map < shape.n; ++map) {
    std::fill(energy.begin(), energy.end(), 0.0);
    double squares = 0;
    for (int c = 0; c < shape.c; ++c) {
      const auto plane = weights.plane(map, c);
      for (const float w : plane) squares += static_cast<double>(w) * w;
      add_energy(plane, shape.map(), root, energy);
    }
    filters.push_back(measure(energy, root.size(), stride));
    filters.back().rms = std::sqrt(squares / static_cast<double>(shape.item()));
  }
  return filters;
}

double mean_ring(const std::vector<FilterMeasure>& filters, std::size_t ring) {
  std::vector<double> shares;
  for (const FilterMeasure& filter : filters) shares.push_back(filter.rings.at(ring));
  return mean(shares);
}

double dominance(const std::vector<FilterMeasure>& filters) {
  std::vector<double> rms;
  for (const FilterMeasure& filter : filters) rms.push_back(filter.rms);
  const double middle = median(rms);
  if (middle == 0) fail("filters: expected weights other than 0, found a median RMS of 0");
  return *std::max_element(rms.begin(), rms.end()) / middle;
}

}  // namespace zf
