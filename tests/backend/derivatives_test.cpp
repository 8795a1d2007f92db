// Backward operations against finite differences of the forward ones, on every backend and the reference itself.
#include <cmath>
#include <functional>

#include "tests/backend/backends.h"
#include "tests/backend/compare.h"

namespace zf::testing {
namespace {

class Derivatives : public ::testing::TestWithParam<NamedBackend> {
 protected:
  Backend& tested = GetParam().instance();
};

/// Compares `gradient` with central differences of `f` at x in some random directions. In a direction d the truncation error
/// is of order step^2 and the rounding of f, in floats, of order 1e-7 |f| / step.
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

TEST_P(Derivatives, LrnBackward) {
  // alpha large enough that the derivative differs clearly from passing the signal through.
  for (const LrnSpec& spec :
       {LrnSpec{.size = 5, .alpha = 2.0F, .beta = 0.75F, .k = 1.0F}, LrnSpec{.size = 3, .alpha = 1.0F, .beta = 0.5F}}) {
    const Tensor x = random_tensor({2, 9, 3, 4}, 1, -2.0F, 2.0F);
    const Tensor g = random_tensor(x.shape(), 2);
    DeviceTensor gx;
    tested.lrn_backward(upload(tested, x), spec, upload(tested, g), {}, gx);
    const auto f = [&](const Tensor& at) {
      DeviceTensor y;
      tested.lrn(upload(tested, at), spec, y);
      return dot(tested.download(y), g);
    };
    expect_gradient(f, x, tested.download(gx), 1e-2F, 1e-3);
  }
}

TEST_P(Derivatives, CrossEntropy) {
  const Tensor logits = random_tensor({6, 10, 1, 1}, 3, -2.0F, 2.0F);
  const std::vector<int> labels = {0, 9, 4, 4, 7, 1};
  DeviceTensor loss;
  DeviceTensor g;
  tested.cross_entropy(upload(tested, logits), labels, loss, g);
  const auto f = [&](const Tensor& at) {
    DeviceTensor losses;
    DeviceTensor unused;
    tested.cross_entropy(upload(tested, at), labels, losses, unused);
    return dot(tested.download(losses), Tensor(losses.shape(), 1.0F / 6.0F));
  };
  expect_gradient(f, logits, tested.download(g), 1e-2F, 1e-3);
}

TEST_P(Derivatives, ConvWeightGradient) {
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
  tested.conv_weight_gradient(upload(tested, x), upload(tested, forward(weight, bias)), spec, dw, db);
  expect_gradient([&](const Tensor& w) { return loss(w, bias); }, weight, tested.download(dw), 1e-2F, 1e-3);
  expect_gradient([&](const Tensor& b) { return loss(weight, b); }, bias, tested.download(db), 1e-2F, 1e-3);
}

TEST_P(Derivatives, ConvTransposeIsTheGradientOfConv) {
  const ConvSpec spec{.maps = 6, .kernel_h = 5, .kernel_w = 5, .stride = 2, .pad = 1};
  const Tensor x = random_tensor({2, 3, 14, 13}, 7);
  std::unique_ptr<Filters> filters;
  tested.pack(upload(tested, random_tensor({6, 3, 5, 5}, 8)), upload(tested, random_tensor({1, 6, 1, 1}, 9)), spec, filters);
  const auto forward = [&](const Tensor& at) {
    DeviceTensor y;
    tested.conv(upload(tested, at), *filters, spec.pad, false, y);
    return tested.download(y);
  };
  DeviceTensor gx;
  tested.conv_transpose(upload(tested, forward(x)), {}, *filters, x.shape().map(), {}, gx);
  const auto loss = [&](const Tensor& at) {
    const Tensor y = forward(at);
    return dot(y, y) / 2;
  };
  expect_gradient(loss, x, tested.download(gx), 1e-2F, 1e-3);
}

INSTANTIATE_TEST_SUITE_P(All, Derivatives, ::testing::ValuesIn(all_backends()), BackendName());

}  // namespace
}  // namespace zf::testing
