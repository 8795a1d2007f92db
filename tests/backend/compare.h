#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "core/backend/backend.h"

namespace zf::testing {

/// Uniform in [low, high), the same on every platform.
[[nodiscard]] Tensor random_tensor(const Shape& shape, std::uint32_t seed, float low = -1.0F, float high = 1.0F);
/// Random with about `zeros` of its elements 0, as after a ReLU.
[[nodiscard]] Tensor sparse_tensor(const Shape& shape, std::uint32_t seed, double zeros);

[[nodiscard]] DeviceTensor upload(Backend& backend, const Tensor& host);

/// Largest difference over the root mean square of what is expected. Infinite where a NaN or a wrong shape turns up.
[[nodiscard]] double normalised_error(const Tensor& found, const Tensor& expected);

[[nodiscard]] double dot(const Tensor& a, const Tensor& b);

/// The window of `size` at `at` of a whole map; `outside` where it hangs over.
[[nodiscard]] Tensor crop(const Tensor& full, Windows at, Size size, float outside = 0.0F);

// Tolerances of normalised_error. Floats carry 6e-8; a sum of k random terms errs by about sqrt(k) of that, the largest of
// many sums by five times more, and Winograd's transforms lose a digit.
inline constexpr double kExact = 0.0;
inline constexpr double kElementwise = 2e-6;
[[nodiscard]] double sum_tolerance(double terms);

/// An output whose memory is larger than any case needs and holds canaries, so that what an operation leaves unset inside or
/// writes beyond its output shows.
class GuardedOutput {
 public:
  explicit GuardedOutput(Backend& backend);
  [[nodiscard]] DeviceTensor& tensor() { return tensor_; }
  /// The output; fails the test where a canary behind it is dead.
  [[nodiscard]] Tensor take();

 private:
  Backend& backend_;
  DeviceTensor tensor_;
};

/// The same for switches; canaries are their own index within a map.
class GuardedSwitches {
 public:
  explicit GuardedSwitches(Backend& backend);
  [[nodiscard]] DeviceSwitches& switches() { return switches_; }
  /// The switches as a tensor of numbers.
  [[nodiscard]] Tensor take();

 private:
  Backend& backend_;
  DeviceSwitches switches_;
};

/// Compares `gradient` with central differences of `f` at x in some random directions. In a direction d the truncation error
/// is of order step^2 and the rounding of f, in floats, of order 1e-7 |f| / step.
void expect_gradient(const std::function<double(const Tensor&)>& f, const Tensor& x, const Tensor& gradient, float step, double tolerance);

/// Runs an operation on both backends; its results must agree.
void expect_agreement(Backend& tested, double tolerance, const std::function<std::vector<Tensor>(Backend&)>& run);

}  // namespace zf::testing
