// Convolution and its transpose on every backend against the reference.
#include <algorithm>
#include <cmath>
#include <iterator>

#include "tests/backend/conv_case.h"

namespace zf::testing {
namespace {

std::vector<ConvCase> cases_that(bool (*hold)(const ConvCase&)) {
  std::vector<ConvCase> cases;
  std::copy_if(kConvCases.begin(), kConvCases.end(), std::back_inserter(cases), hold);
  return cases;
}

bool fit_without_padding(const ConvCase& c) { return c.x.h >= c.spec.extent().h && c.x.w >= c.spec.extent().w; }

bool take_differences(const ConvCase& c) { return c.spec.kernel_h == c.spec.kernel_w && c.spec.extent().h >= c.spec.stride; }

class ConformanceConv : public ConvOn {
 protected:
  void conv(int pad, Rectifier relu) const {
    expect_agreement(tested, sum_tolerance(terms()), [&](Backend& backend) {
      GuardedOutput y(backend);
      backend.conv(upload(backend, x), *filters(backend), pad, relu, y.tensor());
      return std::vector<Tensor>{y.take()};
    });
  }
};

TEST_P(ConformanceConv, Forward) { conv(c.spec.pad, false); }

TEST_P(ConformanceConv, ForwardRectified) { conv(c.spec.pad, true); }

/// Where every sixth sum is larger.
TEST_P(ConformanceConv, ForwardCut) { conv(c.spec.pad, {true, std::sqrt(static_cast<float>(terms()))}); }

TEST_P(ConformanceConv, ForwardAdded) {
  const Tensor added = random_tensor(output(c.spec.pad), 6, -3.0F, 3.0F);
  for (const bool relu : {false, true}) {
    expect_agreement(tested, sum_tolerance(terms()), [&](Backend& backend) {
      GuardedOutput y(backend);
      backend.conv_add(upload(backend, x), *filters(backend), c.spec.pad, upload(backend, added), relu, y.tensor());
      return std::vector<Tensor>{y.take()};
    });
  }
}

/// Among other maps, which stay what they are.
TEST_P(ConformanceConv, ForwardInto) {
  Shape joined = output(c.spec.pad);
  joined.c += 5;
  for (const int first : {0, 2, 5}) {
    expect_agreement(tested, sum_tolerance(terms()), [&](Backend& backend) {
      DeviceTensor y = upload(backend, random_tensor(joined, 7));
      backend.conv_into(upload(backend, x), *filters(backend), c.spec.pad, true, y, first);
      return std::vector<Tensor>{backend.download(y)};
    });
  }
}

class ConformanceUnpadded : public ConformanceConv {};

TEST_P(ConformanceUnpadded, Forward) { conv(0, true); }

class ConformanceDifferences : public ConvOn {};

TEST_P(ConformanceDifferences, Conv) {
  expect_agreement(tested, sum_tolerance(terms()), [&](Backend& backend) {
    GuardedOutput y(backend);
    backend.conv_differences(upload(backend, x), *filters(backend), y.tensor());
    return std::vector<Tensor>{y.take()};
  });
}

class ConformanceLinear : public ConvOn {};

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

const std::vector<ConvCase> kLinearCases = {
    {"linear", {1, 16, 6, 6}, {.maps = 50, .kernel_h = 6, .kernel_w = 6}},
    {"linear_oblong", {9, 9, 3, 5}, {.maps = 33, .kernel_h = 3, .kernel_w = 5}},
    {"linear_1x1", {33, 130, 1, 1}, {.maps = 70}},
};

INSTANTIATE_TEST_SUITE_P(All, ConformanceLinear,
                         ::testing::Combine(::testing::ValuesIn(tested_backends()), ::testing::ValuesIn(kLinearCases)), BackendName());

INSTANTIATE_TEST_SUITE_P(All, ConformanceConv, ::testing::Combine(::testing::ValuesIn(tested_backends()), ::testing::ValuesIn(kConvCases)),
                         BackendName());

INSTANTIATE_TEST_SUITE_P(All, ConformanceUnpadded,
                         ::testing::Combine(::testing::ValuesIn(tested_backends()), ::testing::ValuesIn(cases_that(fit_without_padding))),
                         BackendName());

INSTANTIATE_TEST_SUITE_P(All, ConformanceDifferences,
                         ::testing::Combine(::testing::ValuesIn(tested_backends()), ::testing::ValuesIn(cases_that(take_differences))),
                         BackendName());

}  // namespace
}  // namespace zf::testing
