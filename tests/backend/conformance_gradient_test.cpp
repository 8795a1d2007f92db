// Weight gradients and the loss on every backend that trains: against the reference, as adjoints and as derivatives.
#include <cmath>

#include "tests/backend/conv_case.h"

namespace zf::testing {
namespace {

class ConformanceGradient : public ConvOn {};

TEST_P(ConformanceGradient, OfWeights) {
  const Tensor g = random_tensor(output(c.spec.pad), 6);
  const double terms = static_cast<double>(static_cast<std::size_t>(c.x.n) * g.shape().plane());
  expect_agreement(tested, sum_tolerance(terms), [&](Backend& backend) {
    GuardedOutput dw(backend);
    GuardedOutput db(backend);
    backend.training().conv_weight_gradient(upload(backend, x), upload(backend, g), c.spec, dw.tensor(), db.tensor());
    return std::vector<Tensor>{dw.take(), db.take()};
  });
}

// conv is linear in its weights: <conv_w x, g> = <w, weight gradient>, and the bias's is the sum of g.
TEST_P(ConformanceGradient, IsAdjoint) {
  const Tensor g = random_tensor(output(c.spec.pad), 10);
  DeviceTensor y;
  DeviceTensor dw;
  DeviceTensor db;
  tested.conv(upload(tested, x), *filters(tested), c.spec.pad, false, y);
  tested.training().conv_weight_gradient(upload(tested, x), upload(tested, g), c.spec, dw, db);
  const Tensor forward = tested.download(y);
  const double scale = std::sqrt(dot(forward, forward) * dot(g, g));
  EXPECT_NEAR(dot(forward, g), dot(weight, tested.download(dw)) + dot(bias, tested.download(db)), 1e-6 * scale);
}

INSTANTIATE_TEST_SUITE_P(All, ConformanceGradient,
                         ::testing::Combine(::testing::ValuesIn(training_backends()), ::testing::ValuesIn(kConvCases)), BackendName());
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ConformanceGradient);

class TrainingDerivatives : public ::testing::TestWithParam<NamedBackend> {
 protected:
  Backend& tested = GetParam().instance();
};

TEST_P(TrainingDerivatives, CrossEntropy) {
  const Tensor logits = random_tensor({6, 10, 1, 1}, 3, -2.0F, 2.0F);
  const std::vector<int> labels = {0, 9, 4, 4, 7, 1};
  DeviceTensor loss;
  DeviceTensor g;
  tested.training().cross_entropy(upload(tested, logits), labels, loss, g);
  const auto f = [&](const Tensor& at) {
    DeviceTensor losses;
    DeviceTensor unused;
    tested.training().cross_entropy(upload(tested, at), labels, losses, unused);
    return dot(tested.download(losses), Tensor(losses.shape(), 1.0F / 6.0F));
  };
  expect_gradient(f, logits, tested.download(g), 1e-2F, 1e-3);
}

TEST_P(TrainingDerivatives, ConvWeightGradient) {
  const ConvSpec spec{.maps = 6, .kernel_h = 3, .kernel_w = 3, .stride = 2, .pad = 1, .groups = 2};
  const Tensor x = random_tensor({3, 4, 9, 8}, 4);
  const Tensor weight = random_tensor({6, 2, 3, 3}, 5);
  const Tensor bias = random_tensor({1, 6, 1, 1}, 6);
  // The loss 1/2 |conv x|^2, whose signal is conv x itself.
  const auto forward = [&](const Tensor& w, const Tensor& b) {
    std::unique_ptr<Filters> filters;
    tested.pack(upload(tested, w), upload(tested, b), spec, filters);
    DeviceTensor y;
    tested.conv(upload(tested, x), *filters, spec.pad, false, y);
    return tested.download(y);
  };
  const auto loss = [&](const Tensor& w, const Tensor& b) {
    const Tensor y = forward(w, b);
    return dot(y, y) / 2;
  };
  DeviceTensor dw;
  DeviceTensor db;
  tested.training().conv_weight_gradient(upload(tested, x), upload(tested, forward(weight, bias)), spec, dw, db);
  expect_gradient([&](const Tensor& w) { return loss(w, bias); }, weight, tested.download(dw), 1e-2F, 1e-3);
  expect_gradient([&](const Tensor& b) { return loss(weight, b); }, bias, tested.download(db), 1e-2F, 1e-3);
}

INSTANTIATE_TEST_SUITE_P(All, TrainingDerivatives, ::testing::ValuesIn(training_backends()), BackendName());
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(TrainingDerivatives);

}  // namespace
}  // namespace zf::testing
