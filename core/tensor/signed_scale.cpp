#include "core/tensor/signed_scale.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

namespace zf {

namespace {

constexpr int kBinBits = 12;  // of a float without its sign, whose bits order magnitudes
constexpr int kShift = 31 - kBinBits;

std::uint32_t magnitude_bits(float value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits & 0x7FFFFFFFU;
}

}  // namespace

// A histogram finds the few values among which the one sought lies: atlases ask this of thousands of pictures.
float signed_scale(std::span<const float> values, double percentile) {
  std::array<std::uint32_t, 1U << kBinBits> bins{};
  std::size_t count = 0;
  for (const float value : values) {
    const std::uint32_t bits = magnitude_bits(value);
    const std::uint32_t some = bits == 0 ? 0U : 1U;
    bins[bits >> kShift] += some;
    count += some;
  }
  if (count == 0) return 0;
  auto rank = static_cast<std::size_t>(std::lround(std::clamp(percentile / 100, 0.0, 1.0) * static_cast<double>(count - 1)));
  std::uint32_t bin = 0;
  for (; rank >= bins[bin]; ++bin) rank -= bins[bin];
  std::vector<float> magnitudes;
  magnitudes.reserve(bins[bin]);
  for (const float value : values) {
    if (value != 0.0F && magnitude_bits(value) >> kShift == bin) magnitudes.push_back(std::abs(value));
  }
  const auto nth = magnitudes.begin() + static_cast<std::ptrdiff_t>(rank);
  std::nth_element(magnitudes.begin(), nth, magnitudes.end());
  return *nth;
}

}  // namespace zf
