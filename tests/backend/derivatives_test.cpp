// Backward operations against finite differences of the forward ones, on every backend and the reference itself.
#include <cmath>
#include <functional>
#include <utility>
#include <vector>

#include "tests/backend/backends.h"
#include "tests/backend/compare.h"

namespace zf::testing {
namespace {

using Kind = Activation::Kind;

class Derivatives : public ::testing::TestWithParam<NamedBackend> {
 protected:
  Backend& tested = GetParam().instance();
};

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

TEST_P(Derivatives, LrnWithinBackward) {
  const LrnSpec spec{.size = 3, .alpha = 4.0F, .beta = 0.75F, .k = 1.0F, .within = true};
  const Tensor x = random_tensor({2, 3, 6, 5}, 1, -2.0F, 2.0F);
  const Tensor g = random_tensor(x.shape(), 2);
  DeviceTensor gx;
  tested.lrn_within_backward(upload(tested, x), spec, upload(tested, g), {}, x.shape().map(), {}, gx);
  const auto f = [&](const Tensor& at) {
    DeviceTensor y;
    tested.lrn(upload(tested, at), spec, y);
    return dot(tested.download(y), g);
  };
  expect_gradient(f, x, tested.download(gx), 1e-2F, 1e-3);
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

// Those of pieces between their kinks and beyond them.
TEST_P(Derivatives, SmoothActivations) {
  for (const Kind kind : {Kind::kSigmoid, Kind::kHardSigmoid, Kind::kTanh, Kind::kSilu, Kind::kHardSwish, Kind::kGelu}) {
    const Activation f{.kind = kind};
    std::vector<std::pair<float, float>> ranges = {{-2.9F, 2.9F}};
    if (kind == Kind::kHardSigmoid || kind == Kind::kHardSwish) ranges.insert(ranges.end(), {{-6.0F, -3.1F}, {3.1F, 6.0F}});
    for (const auto& [low, high] : ranges) {
      const Tensor x = random_tensor({2, 3, 5, 7}, 1, low, high);
      const Tensor g = random_tensor(x.shape(), 2);
      const auto value = [&](const Tensor& at) {
        DeviceTensor y;
        tested.activate(upload(tested, at), f, nullptr, y);
        return dot(tested.download(y), g);
      };
      for (const Rule rule : {Rule::kDeconvnet, Rule::kGradient, Rule::kGuided}) {
        SCOPED_TRACE(::testing::Message() << "kind " << static_cast<int>(kind) << " from " << low << " to " << high);
        DeviceTensor gx = upload(tested, g);
        tested.activation_backward(rule, f, nullptr, upload(tested, x), {}, gx);
        expect_gradient(value, x, tested.download(gx), 1e-2F, 1e-3);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, Derivatives, ::testing::ValuesIn(all_backends()), BackendName());

}  // namespace
}  // namespace zf::testing
