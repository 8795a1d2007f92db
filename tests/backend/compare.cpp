#include "tests/backend/compare.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "tests/backend/backends.h"

namespace zf::testing {

namespace {

constexpr int kGuarded = 1 << 18;                         // elements
constexpr Shape kGuardedMaps{1, 1 << 8, 1 << 5, 1 << 5};  // as many, of maps that a device takes at once
constexpr float kCanary = -77777.0F;

}  // namespace

Tensor random_tensor(const Shape& shape, std::uint32_t seed, float low, float high) {
  std::mt19937 random(seed);
  Tensor tensor(shape);
  for (float& value : tensor.values()) value = low + (high - low) * static_cast<float>(random() >> 8U) * 0x1p-24F;
  return tensor;
}

Tensor sparse_tensor(const Shape& shape, std::uint32_t seed, double zeros) {
  Tensor tensor = random_tensor(shape, seed);
  const Tensor keep = random_tensor(shape, seed + 1000, 0.0F, 1.0F);
  for (std::size_t i = 0; i < tensor.size(); ++i) {
    if (static_cast<double>(keep.values()[i]) < zeros) tensor.values()[i] = 0;
  }
  return tensor;
}

DeviceTensor upload(Backend& backend, const Tensor& host) {
  DeviceTensor device;
  backend.upload(host, device);
  return device;
}

double normalised_error(const Tensor& found, const Tensor& expected) {
  if (found.shape() != expected.shape()) return std::numeric_limits<double>::infinity();
  double worst = 0;
  double squares = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const float want = expected.values()[i];
    const float got = found.values()[i];
    if (got == want) {  // also equal infinities
      if (std::isfinite(want)) squares += static_cast<double>(want) * static_cast<double>(want);
      continue;
    }
    const double difference = std::abs(static_cast<double>(got) - static_cast<double>(want));
    if (!std::isfinite(difference)) return std::numeric_limits<double>::infinity();
    worst = std::max(worst, difference);
    squares += static_cast<double>(want) * static_cast<double>(want);
  }
  if (worst == 0) return 0;
  return squares == 0 ? std::numeric_limits<double>::infinity() : worst / std::sqrt(squares / static_cast<double>(found.size()));
}

double dot(const Tensor& a, const Tensor& b) {
  if (a.shape() != b.shape()) return std::numeric_limits<double>::quiet_NaN();
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a.values()[i]) * static_cast<double>(b.values()[i]);
  return sum;
}

Tensor crop(const Tensor& full, Windows at, Size size, float outside) {
  const Shape& in = full.shape();
  Tensor out({static_cast<int>(at.size()), in.c, size.h, size.w}, outside);
  for (int n = 0; n < out.shape().n; ++n) {
    const Window& window = at[static_cast<std::size_t>(n)];
    for (int c = 0; c < in.c; ++c) {
      for (int y = std::max(0, -window.y); y < std::min(size.h, in.h - window.y); ++y) {
        for (int x = std::max(0, -window.x); x < std::min(size.w, in.w - window.x); ++x) {
          out.at(n, c, y, x) = full.at(window.image, c, window.y + y, window.x + x);
        }
      }
    }
  }
  return out;
}

double sum_tolerance(double terms) { return 1e-5 + 1e-6 * std::sqrt(terms); }

GuardedOutput::GuardedOutput(Backend& backend) : backend_(backend) {
  backend.resize(tensor_, {1, 1, 1, kGuarded});
  backend.fill(tensor_, kCanary);
}

Tensor GuardedOutput::take() {
  Tensor result = backend_.download(tensor_);
  EXPECT_LT(result.size(), static_cast<std::size_t>(kGuarded)) << "the case is too large for its canaries";
  backend_.resize(tensor_, {1, 1, 1, kGuarded});
  const Tensor all = backend_.download(tensor_);
  const auto behind = all.values().subspan(std::min<std::size_t>(result.size(), kGuarded));
  const auto dead = std::find_if(behind.begin(), behind.end(), [](float value) { return value != kCanary; });
  EXPECT_EQ(dead, behind.end()) << "written " << dead - behind.begin() << " elements behind the output";
  return result;
}

GuardedSwitches::GuardedSwitches(Backend& backend) : backend_(backend) {
  const DeviceTensor x = upload(backend, Tensor(kGuardedMaps));
  DeviceTensor y;
  backend.max_pool(x, {.kernel = 1, .stride = 1}, y, switches_);
}

Tensor GuardedSwitches::take() {
  const std::vector<std::uint32_t> values = backend_.download(switches_);
  Tensor result(switches_.shape());
  std::transform(values.begin(), values.end(), result.data(), [](std::uint32_t value) { return static_cast<float>(value); });
  backend_.resize(switches_, kGuardedMaps);
  const std::vector<std::uint32_t> all = backend_.download(switches_);
  for (std::size_t i = values.size(); i < all.size(); ++i) {
    if (all[i] == i % kGuardedMaps.plane()) continue;
    ADD_FAILURE() << "written " << i - values.size() << " elements behind the switches";
    break;
  }
  return result;
}

void expect_gradient(const std::function<double(const Tensor&)>& f, const Tensor& x, const Tensor& gradient, float step, double tolerance) {
  ASSERT_EQ(gradient.shape(), x.shape());
  for (std::uint32_t seed = 1; seed <= 5; ++seed) {
    const Tensor direction = random_tensor(x.shape(), 100 + seed);
    Tensor ahead = x;
    Tensor behind = x;
    for (std::size_t i = 0; i < x.size(); ++i) {
      ahead.values()[i] += step * direction.values()[i];
      behind.values()[i] -= step * direction.values()[i];
    }
    const double slope = (f(ahead) - f(behind)) / (2 * static_cast<double>(step));
    const double scale = std::sqrt(dot(gradient, gradient) * dot(direction, direction) / static_cast<double>(x.size()));
    EXPECT_NEAR(dot(gradient, direction), slope, tolerance * scale) << "direction " << seed;
  }
}

void expect_agreement(Backend& tested, double tolerance, const std::function<std::vector<Tensor>(Backend&)>& run) {
  const std::vector<Tensor> expected = run(reference_backend());
  const std::vector<Tensor> found = run(tested);
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].shape(), expected[i].shape()) << "result " << i;
    EXPECT_LE(normalised_error(found[i], expected[i]), tolerance) << "result " << i;
  }
}

}  // namespace zf::testing
