// The reference itself, by hand.
#include <limits>

#include "tests/backend/backends.h"
#include "tests/backend/compare.h"

namespace zf::testing {
namespace {

using Kind = Activation::Kind;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

Tensor row(const std::vector<float>& values) { return {{1, 1, 1, static_cast<int>(values.size())}, values}; }

class ReferenceBranches : public ::testing::Test {
 protected:
  Backend& backend = reference_backend();
  DeviceTensor y;

  void expect_values(const std::vector<float>& expected, double tolerance = 0) {
    const Tensor found = backend.download(y);
    EXPECT_LE(normalised_error(found, Tensor(found.shape(), std::span<const float>(expected))), tolerance);
  }
  void expect_function(const Activation& f, const std::vector<float>& x, const std::vector<float>& expected, double tolerance = 0) {
    backend.activate(upload(backend, row(x)), f, nullptr, y);
    expect_values(expected, tolerance);
  }
  void expect_backward(Rule rule, const Activation& f, const std::vector<float>& x, const std::vector<float>& g,
                       const std::vector<float>& expected, double tolerance = 0) {
    y = upload(backend, row(g));
    backend.activation_backward(rule, f, nullptr, upload(backend, row(x)), {}, y);
    expect_values(expected, tolerance);
  }
  void average(const Tensor& x, const AveragePoolSpec& spec) { backend.average_pool(upload(backend, x), spec, y); }
};

TEST_F(ReferenceBranches, Sums) {
  backend.add(upload(backend, row({1, -2, 3})), upload(backend, row({10, -20, -30})), false, y);
  expect_values({11, -22, -27});
  backend.add(upload(backend, row({1, -2, 3})), upload(backend, row({10, -20, -30})), true, y);
  expect_values({11, 0, 0});
}

TEST_F(ReferenceBranches, Products) {
  const DeviceTensor a = upload(backend, Tensor({1, 2, 1, 2}, std::vector<float>{1, 2, 3, 4}));
  backend.multiply(a, upload(backend, Tensor({1, 2, 1, 1}, std::vector<float>{10, -1})), y);
  expect_values({10, 20, -3, -4});
  backend.multiply(a, a, y);
  expect_values({1, 4, 9, 16});
}

TEST_F(ReferenceBranches, Copies) {
  const DeviceTensor from = upload(backend, Tensor({2, 2, 1, 1}, std::vector<float>{1, 2, 3, 4}));
  y = upload(backend, Tensor({2, 3, 1, 1}));
  backend.copy_maps(from, 1, 1, y, 2);
  expect_values({0, 0, 2, 0, 0, 4});
  backend.copy_maps(from, 0, 2, y, 0);
  expect_values({1, 2, 2, 3, 4, 4});
}

TEST_F(ReferenceBranches, Functions) {
  expect_function({.kind = Kind::kClip, .low = -1, .high = 6}, {-2, -1, 0, 6, 7}, {-1, -1, 0, 6, 6});
  expect_function({.kind = Kind::kClip, .low = 0, .high = kInfinity}, {-2, 0, 1e30F}, {0, 0, 1e30F});
  expect_function({.kind = Kind::kLeakyRelu, .slope = 0.5F}, {-2, 0, 2}, {-1, 0, 2});
  expect_function({.kind = Kind::kHardSigmoid}, {-4, -3, 0, 1.5F, 3, 4}, {0, 0, 0.5F, 0.75F, 1, 1});
  expect_function({.kind = Kind::kHardSwish}, {-4, -3, 0, 1.5F, 3, 4}, {0, 0, 0, 1.125F, 3, 4});
  // PyTorch's values.
  expect_function({.kind = Kind::kSigmoid}, {-1, 0, 2}, {0.26894142F, 0.5F, 0.88079708F}, 1e-7);
  expect_function({.kind = Kind::kTanh}, {-1, 0, 2}, {-0.76159416F, 0, 0.96402758F}, 1e-7);
  expect_function({.kind = Kind::kSilu}, {-1, 0, 2}, {-0.26894142F, 0, 1.76159416F}, 1e-7);
  expect_function({.kind = Kind::kGelu}, {-1, 0, 2}, {-0.15865525F, 0, 1.95449974F}, 1e-7);
}

TEST_F(ReferenceBranches, SlopesOfMaps) {
  const DeviceTensor slopes = upload(backend, Tensor({1, 2, 1, 1}, std::vector<float>{0.5F, -1}));
  const Tensor x({1, 2, 1, 2}, std::vector<float>{-2, 2, -2, 2});
  backend.activate(upload(backend, x), {.kind = Kind::kLeakyRelu, .slope = 9}, &slopes, y);
  expect_values({-1, 2, 2, 2});
  y = upload(backend, Tensor(x.shape(), -4.0F));
  backend.activation_backward(Rule::kGuided, {.kind = Kind::kLeakyRelu}, &slopes, upload(backend, x), {}, y);
  expect_values({-1, -2, -4, 4});
}

TEST_F(ReferenceBranches, RulesOfFunctionsThatRectify) {
  const Activation clip{.kind = Kind::kClip, .low = 0, .high = 6};
  const std::vector<float> x = {-1, 0, 3, 6, 7, 3};
  const std::vector<float> g = {2, 2, 2, 2, 2, -2};
  expect_backward(Rule::kDeconvnet, clip, x, g, {2, 2, 2, 2, 2, 0});
  expect_backward(Rule::kGradient, clip, x, g, {0, 0, 2, 0, 0, -2});
  expect_backward(Rule::kGuided, clip, x, g, {0, 0, 2, 0, 0, 0});
  const Activation leaky{.kind = Kind::kLeakyRelu, .slope = 0.5F};
  expect_backward(Rule::kDeconvnet, leaky, x, g, {2, 2, 2, 2, 2, -1});
  expect_backward(Rule::kGradient, leaky, x, g, {1, 1, 2, 2, 2, -2});
  expect_backward(Rule::kGuided, leaky, x, g, {1, 1, 2, 2, 2, -1});
}

TEST_F(ReferenceBranches, SmoothFunctionsKnowNoRules) {
  for (const Rule rule : {Rule::kDeconvnet, Rule::kGradient, Rule::kGuided}) {
    expect_backward(rule, {.kind = Kind::kHardSigmoid}, {-4, 0, 4}, {-6, -6, 6}, {0, -1, 0}, 1e-7);
    expect_backward(rule, {.kind = Kind::kHardSwish}, {-4, 0, 3, 4}, {-2, -2, 2, 2}, {0, -1, 2, 2}, 1e-7);
    expect_backward(rule, {.kind = Kind::kSigmoid}, {0, 0}, {4, -4}, {1, -1}, 1e-7);
    expect_backward(rule, {.kind = Kind::kTanh}, {0, 0}, {4, -4}, {4, -4}, 1e-7);
    expect_backward(rule, {.kind = Kind::kSilu}, {0, 0}, {4, -4}, {2, -2}, 1e-7);
    expect_backward(rule, {.kind = Kind::kGelu}, {0, 0}, {4, -4}, {2, -2}, 1e-7);
  }
}

// What PyTorch's AvgPool2d counts in a corner: with the padding, without it, and where the last window hangs over the padded map.
TEST_F(ReferenceBranches, Means) {
  const Tensor x({1, 1, 3, 3}, std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8, 9});
  average(x, {.kernel = {3, 3}});
  expect_values({5});
  average(x, {.kernel = {2, 2}, .stride = 2, .pad = 1});
  expect_values({0.25F, 1.25F, 2.75F, 7});
  average(x, {.kernel = {2, 2}, .stride = 2, .pad = 1, .count_pad = false});
  expect_values({1, 2.5F, 5.5F, 7});
  average(x, {.kernel = {2, 2}, .stride = 2, .ceil = true});
  expect_values({3, 4.5F, 7.5F, 9});
  // Of the last window, 3 x 3 from (2, 2), the padding's row and column count, and one more of each does not.
  average(x, {.kernel = {3, 3}, .stride = 3, .pad = 1, .ceil = true});
  expect_values({12 / 9.0F, 9 / 6.0F, 15 / 6.0F, 9 / 4.0F}, 1e-7);
}

TEST_F(ReferenceBranches, MeansSharedOut) {
  const AveragePoolSpec spec{.kernel = {1, 3}, .stride = 2, .pad = 0, .ceil = true};
  const DeviceTensor g = upload(backend, row({3, 6, 8}));  // of places 0 to 2, 2 to 4, 4 and 5
  backend.average_unpool(g, {}, spec, {1, 6}, {1, 6}, {}, y);
  expect_values({1, 1, 3, 2, 6, 4}, 1e-7);
  const std::vector<Window> g_at = {{0, 0, 1}};
  const std::vector<Window> out_at = {{0, -1, 3}};
  backend.average_unpool(upload(backend, row({6, 8, 100})), g_at, spec, {1, 6}, {2, 5}, out_at, y);
  expect_values({0, 0, 0, 0, 0, 2, 6, 4, 0, 0}, 1e-7);
}

// Taps two apart: each output is 1, 10 and 100 of every second value.
TEST_F(ReferenceBranches, Dilation) {
  std::unique_ptr<Filters> filters;
  const ConvSpec spec{.maps = 1, .kernel_h = 1, .kernel_w = 3, .dilation = 2};
  EXPECT_EQ(spec.extent(), (Size{1, 5}));
  backend.pack(upload(backend, row({1, 10, 100})), upload(backend, Tensor({1, 1, 1, 1})), spec, filters);
  backend.conv(upload(backend, row({1, 2, 3, 4, 5, 6})), *filters, 0, false, y);
  expect_values({531, 642});
  backend.conv_transpose(upload(backend, row({1, 2})), {}, *filters, {1, 6}, {}, y);
  expect_values({1, 2, 10, 20, 100, 200});
  DeviceTensor bias;
  backend.training().conv_weight_gradient(upload(backend, row({1, 2, 3, 4, 5, 6})), upload(backend, row({1, 10})), spec, y, bias);
  expect_values({21, 43, 65});
}

// One value that differs reaches an output through every tap, two apart.
TEST_F(ReferenceBranches, DifferencesUnderDilation) {
  std::unique_ptr<Filters> filters;
  const Tensor weight({1, 1, 3, 3}, std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8, 9});
  backend.pack(upload(backend, weight), upload(backend, Tensor({1, 1, 1, 1}, 100.0F)),
               {.maps = 1, .kernel_h = 3, .kernel_w = 3, .pad = 2, .dilation = 2}, filters);
  backend.conv_differences(upload(backend, Tensor({1, 1, 1, 1}, 1.0F)), *filters, y);
  EXPECT_EQ(y.shape(), (Shape{1, 1, 5, 5}));
  expect_values({9, 0, 8, 0, 7, 0, 0, 0, 0, 0, 6, 0, 5, 0, 4, 0, 0, 0, 0, 0, 3, 0, 2, 0, 1});
}

}  // namespace
}  // namespace zf::testing
