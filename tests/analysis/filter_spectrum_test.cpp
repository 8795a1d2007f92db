// Frequencies of filters against what theory says of impulses and against a fine sum over the transform of constants and waves.
#include "core/analysis/filter_spectrum.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <numeric>

#include "tests/expect_error.h"

namespace zf {
namespace {

constexpr double kPi = std::numbers::pi;

/// Share of a plane's energy at frequencies that `holds` (fy, fx), by a sum over a grid of its own.
template <typename Holds>
double share(const Tensor& plane, Holds holds) {
  constexpr int kSteps = 200;  // puts the limits between its cells
  double all = 0;
  double held = 0;
  for (int v = 0; v < kSteps; ++v) {
    for (int u = 0; u < kSteps; ++u) {
      const double fy = (v + 0.5) / kSteps - 0.5;
      const double fx = (u + 0.5) / kSteps - 0.5;
      std::complex<double> sum;
      for (int y = 0; y < plane.shape().h; ++y) {
        for (int x = 0; x < plane.shape().w; ++x) {
          sum += static_cast<double>(plane.at(0, 0, y, x)) * std::polar(1.0, -2 * kPi * (fy * y + fx * x));
        }
      }
      all += std::norm(sum);
      if (holds(fy, fx)) held += std::norm(sum);
    }
  }
  return held / all;
}

TEST(FilterSpectrum, AnImpulseHasEveryFrequency) {
  Tensor weights({1, 3, 7, 7});
  weights.at(0, 1, 2, 5) = 3;
  const FilterMeasure two = measure_filters(weights, 2)[0];
  EXPECT_NEAR(two.bands[0], kPi / 64, 0.004);
  EXPECT_NEAR(two.bands[1], kPi / 16 - kPi / 64, 0.008);
  EXPECT_NEAR(std::accumulate(two.bands.begin(), two.bands.end(), 0.0), 1, 1e-9);
  EXPECT_NEAR(std::accumulate(two.rings.begin(), two.rings.end(), 0.0), 1, 1e-9);
  EXPECT_NEAR(two.aliased, 0.75, 1e-9);
  EXPECT_NEAR(measure_filters(weights, 4)[0].aliased, 1 - 1.0 / 16, 1e-9);
  EXPECT_NEAR(measure_filters(weights, 1)[0].aliased, 0, 1e-12);
  EXPECT_NEAR(two.rms, 3 / std::sqrt(147.0), 1e-9);
}

TEST(FilterSpectrum, AgreesWithASumOverTheTransform) {
  for (const int side : {7, 11}) {
    Tensor wave({1, 1, side, side});
    Tensor block({1, 1, side, side}, 1);
    for (int y = 0; y < side; ++y) {
      for (int x = 0; x < side; ++x) wave.at(0, 0, y, x) = static_cast<float>(std::cos(2 * kPi * (0.3 * x + 0.05 * y)));
    }
    for (const Tensor& filter : {wave, block}) {
      const FilterMeasure measure = measure_filters(filter, 2)[0];
      const auto radius = [](double fy, double fx) { return std::hypot(fy, fx); };
      EXPECT_NEAR(measure.bands[0], share(filter, [&](double fy, double fx) { return radius(fy, fx) < 0.125; }), 0.02) << side;
      EXPECT_NEAR(measure.bands[2], share(filter, [&](double fy, double fx) { return radius(fy, fx) >= 0.25; }), 0.02) << side;
      EXPECT_NEAR(measure.aliased, share(filter, [](double fy, double fx) { return std::max(std::abs(fy), std::abs(fx)) > 0.25; }), 0.01);
    }
    EXPECT_GT(measure_filters(wave, 2)[0].aliased, 0.8);
    EXPECT_LT(measure_filters(block, 2)[0].aliased, 0.1);
  }
}

TEST(FilterSpectrum, AWaveStandsInItsRing) {
  Tensor wave({1, 1, 32, 32});
  for (int y = 0; y < 32; ++y) {
    for (int x = 0; x < 32; ++x) wave.at(0, 0, y, x) = static_cast<float>(std::sin(2 * kPi * 0.17 * y));
  }
  const FilterMeasure measure = measure_filters(wave, 2)[0];
  const auto best = std::max_element(measure.rings.begin(), measure.rings.end()) - measure.rings.begin();
  EXPECT_NEAR(ring_middle(static_cast<std::size_t>(best)), 0.17, kRingWidth / 2);
}

TEST(FilterSpectrum, OneFilterDominates) {
  Tensor weights({4, 1, 3, 3}, 1);
  for (float& w : weights.plane(2, 0)) w = 8;
  EXPECT_DOUBLE_EQ(dominance(measure_filters(weights, 1)), 8);
  const Tensor zeros({2, 1, 3, 3});
  EXPECT_EQ(measure_filters(zeros, 1)[0].bands, (std::array<double, 3>{}));
  testing::expect_error([&] { (void)dominance(measure_filters(zeros, 1)); }, {"median RMS of 0"});
  testing::expect_error([&] { (void)measure_filters(zeros, 0); }, {"stride", "found 0"});
}

}  // namespace
}  // namespace zf
