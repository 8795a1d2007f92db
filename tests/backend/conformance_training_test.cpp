// Dropout, loss, the step of SGD and the limit of filters, against the reference and by their laws.
#include <algorithm>
#include <cmath>

#include "core/backend/dropout_mask.h"
#include "tests/backend/backends.h"
#include "tests/backend/compare.h"

namespace zf::testing {
namespace {

class ConformanceTraining : public ::testing::TestWithParam<NamedBackend> {
 protected:
  Backend& tested = GetParam().instance();

  [[nodiscard]] Tensor dropped(const Tensor& x, float p, std::uint64_t seed) const {
    DeviceTensor device = upload(tested, x);
    tested.training().dropout(p, seed, device);
    return tested.download(device);
  }
};

TEST_P(ConformanceTraining, Dropout) {
  const Tensor x = random_tensor({3, 37, 25, 26}, 1);
  for (const float p : {0.0F, 0.1F, 0.5F, 0.9F}) {
    for (const std::uint64_t seed : {0ULL, 1ULL, 0x123456789abcdefULL}) {
      expect_agreement(tested, kElementwise, [&](Backend& backend) {
        DeviceTensor device = upload(backend, x);
        backend.training().dropout(p, seed, device);
        return std::vector<Tensor>{backend.download(device)};
      });
    }
  }
}

TEST_P(ConformanceTraining, PartsOfABatchGetTheirPartOfItsMask) {
  const Tensor whole = dropped(random_tensor({7, 5, 3, 2}, 4), 0.5F, 9);
  const Tensor x = random_tensor({7, 5, 3, 2}, 4);
  for (const int first : {0, 3, 6}) {
    const auto rest = x.values().subspan(static_cast<std::size_t>(first) * x.shape().item());
    DeviceTensor part = upload(tested, Tensor({7 - first, 5, 3, 2}, rest));
    tested.training().dropout(0.5F, 9, part, first);
    const auto expected = whole.values().subspan(static_cast<std::size_t>(first) * x.shape().item());
    const Tensor found = tested.download(part);
    EXPECT_TRUE(std::equal(expected.begin(), expected.end(), found.values().begin(), found.values().end())) << first;
  }
}

TEST_P(ConformanceTraining, DropoutIsSelfAdjoint) {
  const Tensor x = random_tensor({4, 100, 1, 1}, 2);
  const Tensor g = random_tensor({4, 100, 1, 1}, 3);
  EXPECT_NEAR(dot(dropped(x, 0.5F, 7), g), dot(x, dropped(g, 0.5F, 7)), 1e-5);
}

TEST_P(ConformanceTraining, DropoutKeepsItsShareAndScale) {
  constexpr int kCount = 100000;
  const Tensor ones({1, kCount, 1, 1}, 1.0F);
  for (const float p : {0.1F, 0.5F, 0.8F}) {
    const Tensor a = dropped(ones, p, 11);
    const Tensor b = dropped(ones, p, 12);
    const auto zeros = std::count(a.values().begin(), a.values().end(), 0.0F);
    int both = 0;
    for (std::size_t i = 0; i < a.size(); ++i) both += a.values()[i] == 0 && b.values()[i] == 0 ? 1 : 0;
    // Five standard deviations of a binomial of 1e5 draws are at most 0.008.
    EXPECT_NEAR(static_cast<double>(zeros) / kCount, static_cast<double>(p), 0.008);
    EXPECT_NEAR(static_cast<double>(both) / kCount, static_cast<double>(p) * static_cast<double>(p), 0.008) << "seeds are related";
    EXPECT_FLOAT_EQ(*std::max_element(a.values().begin(), a.values().end()), 1 / (1 - p));
  }
}

TEST_P(ConformanceTraining, CrossEntropy) {
  for (const Shape& shape : {Shape{32, 10, 1, 1}, Shape{3, 1000, 1, 1}, Shape{1, 1, 1, 1}}) {
    std::vector<int> labels;
    for (int n = 0; n < shape.n; ++n) labels.push_back(n * 7 % shape.c);
    expect_agreement(tested, 4 * kElementwise, [&](Backend& backend) {
      GuardedOutput loss(backend);
      GuardedOutput g(backend);
      backend.training().cross_entropy(upload(backend, random_tensor(shape, 4, -10.0F, 10.0F)), labels, loss.tensor(), g.tensor());
      return std::vector<Tensor>{loss.take(), g.take()};
    });
  }
}

TEST_P(ConformanceTraining, CrossEntropyOfASureMistakeIsFinite) {
  DeviceTensor loss;
  DeviceTensor g;
  tested.training().cross_entropy(upload(tested, Tensor({1, 2, 1, 1}, std::vector<float>{500, -500})), std::vector<int>{1}, loss, g);
  EXPECT_FLOAT_EQ(tested.download(loss).at(0, 0, 0, 0), 1000.0F);
  EXPECT_EQ(normalised_error(tested.download(g), Tensor({1, 2, 1, 1}, std::vector<float>{1, -1})), 0);
}

TEST_P(ConformanceTraining, SgdStep) {
  const Shape shape{7, 31, 5, 5};
  expect_agreement(tested, kElementwise, [&](Backend& backend) {
    const DeviceTensor gradient = upload(backend, random_tensor(shape, 5));
    DeviceTensor velocity = upload(backend, random_tensor(shape, 6));
    DeviceTensor weight = upload(backend, random_tensor(shape, 7));
    for (int i = 0; i < 3; ++i) backend.training().sgd_step(gradient, {.rate = 0.02F, .momentum = 0.9F, .decay = 5e-4F}, velocity, weight);
    return std::vector<Tensor>{backend.download(velocity), backend.download(weight)};
  });
}

TEST_P(ConformanceTraining, LimitRms) {
  for (const Shape& shape : {Shape{9, 3, 7, 7}, Shape{5, 1, 1, 1}, Shape{3, 700, 3, 3}}) {
    Tensor weight = random_tensor(shape, 8);
    // Filters of root mean square from far below to far above the limit.
    for (int n = 0; n < shape.n; ++n) {
      for (float& value : weight.values().subspan(static_cast<std::size_t>(n) * shape.item(), shape.item()))
        value *= 0.05F * static_cast<float>(n);
    }
    expect_agreement(tested, kElementwise, [&](Backend& backend) {
      DeviceTensor device = upload(backend, weight);
      backend.training().limit_rms(0.1F, device);
      return std::vector<Tensor>{backend.download(device)};
    });
  }
}

TEST_P(ConformanceTraining, LimitRmsLeavesSmallFiltersAlone) {
  Tensor weight({2, 1, 1, 2}, std::vector<float>{3, 4, 0.05F, -0.05F});
  DeviceTensor device = upload(tested, weight);
  tested.training().limit_rms(0.1F, device);
  const Tensor limited = tested.download(device);
  EXPECT_FLOAT_EQ(limited.at(0, 0, 0, 0), 0.1F * 3 / std::sqrt(12.5F));
  EXPECT_EQ(limited.at(1, 0, 0, 0), 0.05F);
  EXPECT_EQ(limited.at(1, 0, 0, 1), -0.05F);
}

INSTANTIATE_TEST_SUITE_P(All, ConformanceTraining, ::testing::ValuesIn(training_backends()), BackendName());
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ConformanceTraining);

TEST(DropoutMask, IsUniform) {
  // Neighbouring indices and seeds, in sixteenths of the unit interval.
  for (const std::uint64_t seed : {0ULL, 1ULL, 2ULL, 1ULL << 32U}) {
    std::vector<int> counts(16);
    for (std::uint32_t i = 0; i < 16000; ++i) ++counts[static_cast<std::size_t>(dropout_uniform(i, seed) * 16)];
    for (const int count : counts) EXPECT_NEAR(count, 1000, 160);  // five standard deviations
  }
}

}  // namespace
}  // namespace zf::testing
