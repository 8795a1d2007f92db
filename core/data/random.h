#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

namespace zf {

/// What a random number is for, so that no two uses share a sequence.
enum class RandomUse : std::uint64_t { kInitialise = 1, kOrder, kAugment, kDropout, kBootstrap, kPlaces };

/// Counter-based random numbers (SplitMix64): a sequence follows from where it is used alone, never from what ran before
/// it or beside it, so that a resumed run and any number of threads see the same numbers.
class Random {
 public:
  Random(std::uint64_t seed, RandomUse use, std::uint64_t a = 0, std::uint64_t b = 0)
      : state_(mix(mix(mix(mix(seed) ^ static_cast<std::uint64_t>(use)) ^ a) ^ b)) {}

  [[nodiscard]] std::uint64_t next() { return mix(state_++); }
  /// In [0, 1).
  [[nodiscard]] double uniform() { return static_cast<double>(next() >> 11U) * 0x1p-53; }
  [[nodiscard]] double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// In [0, count).
  [[nodiscard]] std::uint64_t below(std::uint64_t count) { return static_cast<std::uint64_t>(uniform() * static_cast<double>(count)); }
  /// Mean 0, standard deviation 1.
  [[nodiscard]] double normal() {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    return radius * std::cos(2.0 * std::numbers::pi * uniform());
  }

 private:
  [[nodiscard]] static std::uint64_t mix(std::uint64_t x) {
    x += 0x9E3779B97F4A7C15ULL;
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31U);
  }

  std::uint64_t state_;
};

}  // namespace zf
