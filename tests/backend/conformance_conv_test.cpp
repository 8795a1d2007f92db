// Convolution, its transpose and its weight gradient on every backend against the reference.
#include <cmath>
#include <tuple>

#include "tests/backend/backends.h"
#include "tests/backend/compare.h"

namespace zf::testing {
namespace {

struct ConvCase {
  std::string name;
  Shape x;
  ConvSpec spec;
  friend std::ostream& operator<<(std::ostream& out, const ConvCase& c) { return out << c.name; }
};

class ConformanceConv : public ::testing::TestWithParam<std::tuple<NamedBackend, ConvCase>> {
 protected:
  const ConvCase& c = std::get<1>(GetParam());
  Backend& tested = std::get<0>(GetParam()).instance();
  Tensor x = random_tensor(c.x, 1);
  Tensor weight = random_tensor({c.spec.maps, c.x.c / c.spec.groups, c.spec.kernel_h, c.spec.kernel_w}, 2);
  Tensor bias = random_tensor({1, c.spec.maps, 1, 1}, 3);

  [[nodiscard]] Shape output(int pad) const {
    return {c.x.n, c.spec.maps, output_size(c.x.h, c.spec.kernel_h, c.spec.stride, pad),
            output_size(c.x.w, c.spec.kernel_w, c.spec.stride, pad)};
  }
  [[nodiscard]] double terms() const { return static_cast<double>(weight.shape().item()); }

  [[nodiscard]] std::unique_ptr<Filters> filters(Backend& backend) const {
    std::unique_ptr<Filters> packed;
    backend.pack(upload(backend, weight), upload(backend, bias), c.spec, packed);
    return packed;
  }

  void conv(int pad, bool relu) const {
    expect_agreement(tested, sum_tolerance(terms()), [&](Backend& backend) {
      GuardedOutput y(backend);
      backend.conv(upload(backend, x), *filters(backend), pad, relu, y.tensor());
      return std::vector<Tensor>{y.take()};
    });
  }
};

TEST_P(ConformanceConv, Forward) { conv(c.spec.pad, false); }

TEST_P(ConformanceConv, ForwardRectified) { conv(c.spec.pad, true); }

TEST_P(ConformanceConv, ForwardUnpadded) {
  if (output(0).h < 1 || output(0).w < 1) GTEST_SKIP() << "needs its padding";
  conv(0, true);
}

TEST_P(ConformanceConv, Differences) {
  if (c.spec.kernel_h != c.spec.kernel_w || c.spec.kernel_h < c.spec.stride) GTEST_SKIP() << "is not asked of it";
  expect_agreement(tested, sum_tolerance(terms()), [&](Backend& backend) {
    GuardedOutput y(backend);
    backend.conv_differences(upload(backend, x), *filters(backend), y.tensor());
    return std::vector<Tensor>{y.take()};
  });
}

class ConformanceLinear : public ConformanceConv {};

TEST_P(ConformanceLinear, Differences) {
  const Size kernel{c.spec.kernel_h, c.spec.kernel_w};
  for (const Size size : {kernel, Size{1, 1}, Size{kernel.h, (kernel.w + 1) / 2}, Size{(kernel.h + 1) / 2, kernel.w}}) {
    for (const int items : {1, 9, 150}) {
      const Window at{0, kernel.h - size.h, kernel.w - size.w};
      const Tensor part = random_tensor({items, c.x.c, size.h, size.w}, 11);
      expect_agreement(tested, sum_tolerance(terms()), [&](Backend& backend) {
        GuardedOutput y(backend);
        backend.linear_differences(upload(backend, part), at, *filters(backend), y.tensor());
        return std::vector<Tensor>{y.take()};
      });
    }
  }
}

TEST_P(ConformanceConv, Transpose) {
  const Tensor dense = random_tensor(output(c.spec.pad), 4);
  const Tensor sparse = sparse_tensor(output(c.spec.pad), 5, 0.9);
  for (const Tensor& g : {dense, sparse}) {
    const double terms = static_cast<double>(c.spec.maps / c.spec.groups * c.spec.kernel_h * c.spec.kernel_w);
    expect_agreement(tested, sum_tolerance(terms), [&](Backend& backend) {
      GuardedOutput gx(backend);
      backend.conv_transpose(upload(backend, g), {}, *filters(backend), c.x.map(), {}, gx.tensor());
      return std::vector<Tensor>{gx.take()};
    });
  }
}

TEST_P(ConformanceConv, WeightGradient) {
  const Tensor g = random_tensor(output(c.spec.pad), 6);
  const double terms = static_cast<double>(static_cast<std::size_t>(c.x.n) * g.shape().plane());
  expect_agreement(tested, sum_tolerance(terms), [&](Backend& backend) {
    GuardedOutput dw(backend);
    GuardedOutput db(backend);
    backend.conv_weight_gradient(upload(backend, x), upload(backend, g), c.spec, dw.tensor(), db.tensor());
    return std::vector<Tensor>{dw.take(), db.take()};
  });
}

TEST_P(ConformanceConv, RepackedInPlace) {
  const Tensor other = random_tensor(weight.shape(), 7);
  const Tensor g = random_tensor(output(c.spec.pad), 8);
  expect_agreement(tested, sum_tolerance(terms()), [&](Backend& backend) {
    std::unique_ptr<Filters> packed = filters(backend);
    DeviceTensor y;
    DeviceTensor gx;
    backend.conv(upload(backend, x), *packed, c.spec.pad, false, y);
    backend.conv_transpose(upload(backend, g), {}, *packed, c.x.map(), {}, gx);
    backend.pack(upload(backend, other), upload(backend, bias), c.spec, packed);
    backend.conv(upload(backend, x), *packed, c.spec.pad, false, y);
    backend.conv_transpose(upload(backend, g), {}, *packed, c.x.map(), {}, gx);
    return std::vector<Tensor>{backend.download(y), backend.download(gx)};
  });
}

// <conv x, g> = <x, conv_transpose g>, without the bias.
TEST_P(ConformanceConv, TransposeIsAdjoint) {
  const Tensor g = random_tensor(output(c.spec.pad), 9);
  std::unique_ptr<Filters> packed;
  tested.pack(upload(tested, weight), upload(tested, Tensor(bias.shape())), c.spec, packed);
  DeviceTensor y;
  DeviceTensor gx;
  tested.conv(upload(tested, x), *packed, c.spec.pad, false, y);
  tested.conv_transpose(upload(tested, g), {}, *packed, c.x.map(), {}, gx);
  const Tensor forward = tested.download(y);
  const double scale = std::sqrt(dot(forward, forward) * dot(g, g));
  EXPECT_NEAR(dot(forward, g), dot(x, tested.download(gx)), 1e-6 * scale);
}

// conv is linear in its weights: <conv_w x, g> = <w, weight gradient>, and the bias's is the sum of g.
TEST_P(ConformanceConv, WeightGradientIsAdjoint) {
  const Tensor g = random_tensor(output(c.spec.pad), 10);
  DeviceTensor y;
  DeviceTensor dw;
  DeviceTensor db;
  tested.conv(upload(tested, x), *filters(tested), c.spec.pad, false, y);
  tested.conv_weight_gradient(upload(tested, x), upload(tested, g), c.spec, dw, db);
  const Tensor forward = tested.download(y);
  const double scale = std::sqrt(dot(forward, forward) * dot(g, g));
  EXPECT_NEAR(dot(forward, g), dot(weight, tested.download(dw)) + dot(bias, tested.download(db)), 1e-6 * scale);
}

const std::vector<ConvCase> kCases = {
    {"conv1", {1, 3, 37, 41}, {.maps = 24, .kernel_h = 7, .kernel_w = 7, .stride = 2, .pad = 1}},
    {"conv1_batch", {5, 3, 30, 30}, {.maps = 9, .kernel_h = 7, .kernel_w = 7, .stride = 2, .pad = 1}},
    {"alexnet1", {2, 3, 47, 47}, {.maps = 16, .kernel_h = 11, .kernel_w = 11, .stride = 4, .pad = 2}},
    {"conv2", {1, 12, 27, 25}, {.maps = 20, .kernel_h = 5, .kernel_w = 5, .stride = 2}},
    {"conv2_groups", {2, 12, 13, 13}, {.maps = 16, .kernel_h = 5, .kernel_w = 5, .pad = 2, .groups = 2}},
    {"conv3", {1, 32, 13, 13}, {.maps = 48, .kernel_h = 3, .kernel_w = 3, .pad = 1}},
    {"conv3_batch", {3, 17, 13, 13}, {.maps = 21, .kernel_h = 3, .kernel_w = 3, .pad = 1}},
    {"conv3_groups", {1, 12, 9, 11}, {.maps = 30, .kernel_h = 3, .kernel_w = 3, .pad = 1, .groups = 3}},
    {"conv3_stride", {2, 5, 10, 9}, {.maps = 7, .kernel_h = 3, .kernel_w = 3, .stride = 2, .pad = 1}},
    {"conv3_wide_pad", {1, 4, 5, 6}, {.maps = 8, .kernel_h = 3, .kernel_w = 3, .pad = 2}},
    {"conv3_tiny", {1, 8, 1, 1}, {.maps = 8, .kernel_h = 3, .kernel_w = 3, .pad = 1}},
    {"conv3_row", {2, 4, 1, 33}, {.maps = 6, .kernel_h = 3, .kernel_w = 3, .pad = 1}},
    {"kernel_1", {2, 19, 7, 5}, {.maps = 23}},
    {"kernel_1_stride", {1, 6, 9, 9}, {.maps = 5, .stride = 3}},
    {"kernel_2", {1, 3, 8, 8}, {.maps = 4, .kernel_h = 2, .kernel_w = 2, .stride = 2}},
    {"kernel_oblong", {2, 3, 11, 14}, {.maps = 5, .kernel_h = 2, .kernel_w = 5, .pad = 1}},
    {"stride_over_kernel", {1, 2, 12, 12}, {.maps = 3, .kernel_h = 2, .kernel_w = 2, .stride = 5}},
    {"unread_border", {1, 3, 12, 11}, {.maps = 4, .kernel_h = 5, .kernel_w = 5, .stride = 3}},
    {"one_map", {1, 1, 9, 9}, {.maps = 1, .kernel_h = 3, .kernel_w = 3, .pad = 1}},
    {"depthwise", {1, 6, 9, 9}, {.maps = 6, .kernel_h = 3, .kernel_w = 3, .pad = 1, .groups = 6}},
    {"linear", {1, 16, 6, 6}, {.maps = 50, .kernel_h = 6, .kernel_w = 6}},
    {"linear_batch", {9, 16, 6, 6}, {.maps = 33, .kernel_h = 6, .kernel_w = 6}},
    {"linear_1x1", {1, 130, 1, 1}, {.maps = 70}},
    {"linear_1x1_batch", {33, 65, 1, 1}, {.maps = 10}},
};

const std::vector<ConvCase> kLinearCases = {
    {"linear", {1, 16, 6, 6}, {.maps = 50, .kernel_h = 6, .kernel_w = 6}},
    {"linear_oblong", {9, 9, 3, 5}, {.maps = 33, .kernel_h = 3, .kernel_w = 5}},
    {"linear_1x1", {33, 130, 1, 1}, {.maps = 70}},
};

INSTANTIATE_TEST_SUITE_P(All, ConformanceLinear,
                         ::testing::Combine(::testing::ValuesIn(tested_backends()), ::testing::ValuesIn(kLinearCases)), BackendName());

INSTANTIATE_TEST_SUITE_P(All, ConformanceConv, ::testing::Combine(::testing::ValuesIn(tested_backends()), ::testing::ValuesIn(kCases)),
                         BackendName());

// The reference's differences are its convolution, of maps that are 0 elsewhere, without the bias.
TEST(ReferenceConv, LinearDifferencesAreOfZerosElsewhere) {
  Backend& backend = reference_backend();
  std::unique_ptr<Filters> filters;
  backend.pack(upload(backend, random_tensor({5, 3, 4, 6}, 1)), upload(backend, Tensor({1, 5, 1, 1})),
               {.maps = 5, .kernel_h = 4, .kernel_w = 6}, filters);
  const Tensor part = random_tensor({2, 3, 2, 3}, 3);
  Tensor map(Shape{2, 3, 4, 6});
  for (int n = 0; n < 2; ++n) {
    for (int c = 0; c < 3; ++c) {
      for (int y = 0; y < 2; ++y) {
        for (int x = 0; x < 3; ++x) map.at(n, c, 1 + y, 2 + x) = part.at(n, c, y, x);
      }
    }
  }
  DeviceTensor whole;
  DeviceTensor window;
  backend.conv(upload(backend, map), *filters, 0, false, whole);
  backend.linear_differences(upload(backend, part), {0, 1, 2}, *filters, window);
  EXPECT_EQ(normalised_error(backend.download(window), backend.download(whole)), 0);
}

// The reference itself, by hand: a 2x2 kernel on a 3x3 map with padding 1 and stride 2.
TEST(ReferenceConv, ByHand) {
  Backend& backend = reference_backend();
  const DeviceTensor x = upload(backend, Tensor({1, 1, 3, 3}, std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8, 9}));
  const DeviceTensor weight = upload(backend, Tensor({1, 1, 2, 2}, std::vector<float>{1, 10, 100, 1000}));
  std::unique_ptr<Filters> filters;
  backend.pack(weight, upload(backend, Tensor({1, 1, 1, 1}, 0.5F)), {.maps = 1, .kernel_h = 2, .kernel_w = 2, .stride = 2, .pad = 1},
               filters);
  DeviceTensor y;
  backend.conv(x, *filters, 1, false, y);
  EXPECT_EQ(normalised_error(backend.download(y), Tensor({1, 1, 2, 2}, std::vector<float>{1000.5F, 3200.5F, 7040.5F, 9865.5F})), 0);
}

}  // namespace
}  // namespace zf::testing
