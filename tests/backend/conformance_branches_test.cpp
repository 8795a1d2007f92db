// Sums, products and copies of branches and other non-linearities on every backend against the reference, on maps and on windows.
#include <cmath>
#include <limits>

#include "tests/backend/backends.h"
#include "tests/backend/compare.h"
#include "tests/backend/window_cases.h"

namespace zf::testing {
namespace {

using Kind = Activation::Kind;

const std::vector<Shape> kShapes = {{2, 3, 17, 19}, {1, 1, 1, 1}, {7, 5, 3, 1}, {1, 8, 64, 65}};

class ConformanceBranches : public ::testing::TestWithParam<NamedBackend> {
 protected:
  Backend& tested = GetParam().instance();
};

TEST_P(ConformanceBranches, Add) {
  for (const Shape& shape : kShapes) {
    for (const bool relu : {false, true}) {
      expect_agreement(tested, kExact, [&](Backend& backend) {
        GuardedOutput y(backend);
        backend.add(upload(backend, random_tensor(shape, 1)), upload(backend, random_tensor(shape, 2)), relu, y.tensor());
        return std::vector<Tensor>{y.take()};
      });
    }
  }
}

TEST_P(ConformanceBranches, AddToItself) {
  const Tensor x = random_tensor({2, 3, 4, 5}, 1);
  const DeviceTensor device = upload(tested, x);
  DeviceTensor y;
  tested.add(device, device, false, y);
  EXPECT_EQ(normalised_error(tested.download(y), times(x, Tensor(x.shape(), 2.0F))), 0);
}

TEST_P(ConformanceBranches, Multiply) {
  for (const Shape& shape : kShapes) {
    for (const Shape& factor : {shape, Shape{shape.n, shape.c, 1, 1}}) {
      expect_agreement(tested, kExact, [&](Backend& backend) {
        GuardedOutput y(backend);
        backend.multiply(upload(backend, random_tensor(shape, 1)), upload(backend, random_tensor(factor, 2)), y.tensor());
        return std::vector<Tensor>{y.take()};
      });
    }
  }
}

TEST_P(ConformanceBranches, CopyMaps) {
  for (const int items : {1, 5}) {
    for (const Size size : {Size{1, 1}, Size{13, 11}, Size{40, 41}}) {
      expect_agreement(tested, kExact, [&](Backend& backend) {
        const DeviceTensor from = upload(backend, random_tensor({items, 6, size.h, size.w}, 1));
        DeviceTensor to = upload(backend, random_tensor({items, 9, size.h, size.w}, 2));
        backend.copy_maps(from, 2, 3, to, 5);
        backend.copy_maps(from, 0, 1, to, 0);
        backend.copy_maps(from, 5, 1, to, 8);
        backend.copy_maps(from, 6, 0, to, 9);
        return std::vector<Tensor>{backend.download(to)};
      });
    }
  }
}

// What a concatenation puts together, copies take apart.
TEST_P(ConformanceBranches, CopiesTakeApartWhatTheyPutTogether) {
  const Tensor first = random_tensor({3, 4, 5, 7}, 1);
  const Tensor second = random_tensor({3, 2, 5, 7}, 2);
  DeviceTensor all;
  DeviceTensor one;
  DeviceTensor two;
  tested.resize(all, {3, 6, 5, 7});
  tested.resize(one, first.shape());
  tested.resize(two, second.shape());
  tested.copy_maps(upload(tested, first), 0, 4, all, 0);
  tested.copy_maps(upload(tested, second), 0, 2, all, 4);
  tested.copy_maps(all, 0, 4, one, 0);
  tested.copy_maps(all, 4, 2, two, 0);
  EXPECT_EQ(normalised_error(tested.download(one), first), 0);
  EXPECT_EQ(normalised_error(tested.download(two), second), 0);
}

INSTANTIATE_TEST_SUITE_P(All, ConformanceBranches, ::testing::ValuesIn(tested_backends()), BackendName());

// Other non-linearities

struct ActivationCase {
  std::string name;
  Activation f;
  bool slopes = false;
  friend std::ostream& operator<<(std::ostream& out, const ActivationCase& c) { return out << c.name; }
};

class ConformanceActivation : public ::testing::TestWithParam<std::tuple<NamedBackend, ActivationCase>> {
 protected:
  const ActivationCase& c = std::get<1>(GetParam());
  Backend& tested = std::get<0>(GetParam()).instance();

  [[nodiscard]] Tensor forward(Backend& backend, const Tensor& x) const {
    const DeviceTensor slopes = slopes_of(backend, x.shape().c);
    GuardedOutput y(backend);
    backend.activate(upload(backend, x), c.f, c.slopes ? &slopes : nullptr, y.tensor());
    return y.take();
  }
  [[nodiscard]] Tensor backward(Backend& backend, Rule rule, const Tensor& x, Windows at, const Tensor& g) const {
    const DeviceTensor slopes = slopes_of(backend, g.shape().c);
    DeviceTensor signal = upload(backend, g);
    backend.activation_backward(rule, c.f, c.slopes ? &slopes : nullptr, upload(backend, x), at, signal);
    return backend.download(signal);
  }

 private:
  static DeviceTensor slopes_of(Backend& backend, int maps) { return upload(backend, random_tensor({1, maps, 1, 1}, 9, -0.5F, 1.5F)); }
};

constexpr Rule kRules[] = {Rule::kDeconvnet, Rule::kGradient, Rule::kGuided};

TEST_P(ConformanceActivation, Forward) {
  for (const Shape& shape : kShapes) {
    for (const float most : {1.0F, 8.0F, 60.0F}) {
      expect_agreement(tested, kElementwise,
                       [&](Backend& backend) { return std::vector<Tensor>{forward(backend, random_tensor(shape, 1, -most, most))}; });
    }
  }
}

// Far out smooth functions reach their limits, without infinities or NaN.
TEST_P(ConformanceActivation, FarOut) {
  const Tensor x({1, 1, 1, 8}, std::vector<float>{-1e30F, -200, -90, -0.0F, 0, 90, 200, 1e30F});
  const Tensor g(x.shape(), 1.0F);
  const Tensor y = forward(tested, x);
  const Tensor expected = forward(reference_backend(), x);
  const Tensor gx = backward(tested, Rule::kGradient, x, {}, g);
  const Tensor expected_gx = backward(reference_backend(), Rule::kGradient, x, {}, g);
  for (std::size_t i = 0; i < x.size(); ++i) {
    EXPECT_NEAR(y.values()[i], expected.values()[i], 1e-6F * std::max(1.0F, std::abs(expected.values()[i]))) << x.values()[i];
    EXPECT_NEAR(gx.values()[i], expected_gx.values()[i], 1e-6F) << x.values()[i];
  }
}

TEST_P(ConformanceActivation, Backward) {
  for (const Shape& shape : kShapes) {
    const Tensor x = random_tensor(shape, 1, -4.0F, 4.0F);
    const Tensor g = random_tensor(shape, 2);
    for (const Rule rule : kRules) {
      expect_agreement(tested, kElementwise, [&](Backend& backend) { return std::vector<Tensor>{backward(backend, rule, x, {}, g)}; });
    }
  }
}

TEST_P(ConformanceActivation, BackwardOnWindows) {
  const Tensor x = random_tensor({2, 5, 20, 18}, 1, -4.0F, 4.0F);
  const Tensor g = random_tensor({static_cast<int>(kWindows.size()), 5, kWindow.h, kWindow.w}, 2);
  for (const Rule rule : kRules) {
    // The same of maps that are the windows; where none is, nothing, unless the rule asks only the signal.
    Tensor expected = backward(reference_backend(), rule, crop(x, kWindows, kWindow), {}, g);
    if (rule != Rule::kDeconvnet || !c.f.rectifies()) expected = times(expected, inside_mask(x.shape(), kWindows, kWindow));
    EXPECT_LE(normalised_error(backward(tested, rule, x, kWindows, g), expected), kElementwise);
  }
}

const std::vector<ActivationCase> kActivations = {
    {"relu6", {.kind = Kind::kClip, .low = 0, .high = 6}},
    {"clip", {.kind = Kind::kClip, .low = -0.5F, .high = 0.75F}},
    {"relu", {.kind = Kind::kClip, .low = 0, .high = std::numeric_limits<float>::infinity()}},
    {"at_most", {.kind = Kind::kClip, .low = -std::numeric_limits<float>::infinity(), .high = 0.5F}},
    {"leaky", {.kind = Kind::kLeakyRelu, .slope = 0.1F}},
    {"prelu", {.kind = Kind::kLeakyRelu, .slope = 77}, true},
    {"sigmoid", {.kind = Kind::kSigmoid}},
    {"hard_sigmoid", {.kind = Kind::kHardSigmoid}},
    {"tanh", {.kind = Kind::kTanh}},
    {"silu", {.kind = Kind::kSilu}},
    {"hard_swish", {.kind = Kind::kHardSwish}},
    {"gelu", {.kind = Kind::kGelu}},
};

INSTANTIATE_TEST_SUITE_P(All, ConformanceActivation,
                         ::testing::Combine(::testing::ValuesIn(tested_backends()), ::testing::ValuesIn(kActivations)), BackendName());

TEST_P(ConformanceBranches, DeconvnetNeedsNoForwardInput) {
  const Tensor g({1, 1, 1, 4}, std::vector<float>{-2, -1, 0, 3});
  const std::vector<Window> at = {{7, -3, 90}};
  for (const Activation& f : {Activation{.kind = Kind::kClip, .high = 6}, Activation{.kind = Kind::kLeakyRelu, .slope = 0.5F}}) {
    DeviceTensor signal = upload(tested, g);
    tested.activation_backward(Rule::kDeconvnet, f, nullptr, DeviceTensor(), at, signal);
    const bool leaks = f.kind == Kind::kLeakyRelu;
    const Tensor expected(g.shape(), leaks ? std::vector<float>{-1, -0.5F, 0, 3} : std::vector<float>{0, 0, 0, 3});
    EXPECT_EQ(normalised_error(tested.download(signal), expected), 0);
  }
}

}  // namespace
}  // namespace zf::testing
