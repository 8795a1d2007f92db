// The CPU backend's convolution kernels against naive loops in double, by the way that they choose themselves.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "core/backend/backend.h"
#include "tests/backend/conv_kernels_cases.h"
#include "tests/backend/conv_kernels_naive.h"

namespace zf::test {

namespace {

class ConvKernels : public ConvCaseTest {
 protected:
  ConvKernels() { pack(); }

  void pack() {
    backend_->upload(weight_, device_weight_);
    backend_->upload(bias_, device_bias_);
    backend_->pack(device_weight_, device_bias_, spec_, filters_);
  }

  [[nodiscard]] DeviceTensor up(const Tensor& host) {
    DeviceTensor device;
    backend_->upload(host, device);
    return device;
  }

  [[nodiscard]] Tensor transpose(const Tensor& g, Windows g_at, Size out, Windows out_at) {
    DeviceTensor gx;
    backend_->conv_transpose(up(g), g_at, *filters_, out, out_at, gx);
    return backend_->download(gx);
  }

  std::unique_ptr<Backend> backend_ = make_cpu_backend(2);
  DeviceTensor device_weight_;
  DeviceTensor device_bias_;
  std::unique_ptr<Filters> filters_;
};

TEST_P(ConvKernels, Conv) {
  DeviceTensor y;
  backend_->conv(up(x_), *filters_, spec_.pad, false, y);
  EXPECT_LT(normalised_error(backend_->download(y), naive_conv(x_, weight_, bias_, spec_, false)), kTolerance);
}

TEST_P(ConvKernels, ConvWithReluAfterNewWeights) {
  DeviceTensor y;
  backend_->conv(up(x_), *filters_, spec_.pad, true, y);
  weight_ = random_tensor(weight_.shape(), 4);
  pack();
  backend_->conv(up(x_), *filters_, spec_.pad, true, y);
  EXPECT_LT(normalised_error(backend_->download(y), naive_conv(x_, weight_, bias_, spec_, true)), kTolerance);
}

TEST_P(ConvKernels, ConvWithoutPadding) {
  ConvSpec spec = spec_;
  spec.pad = 0;
  if (in_.h < kernel_.h || in_.w < kernel_.w) GTEST_SKIP() << "the kernel does not fit without padding";
  DeviceTensor y;
  backend_->conv(up(x_), *filters_, 0, false, y);
  EXPECT_LT(normalised_error(backend_->download(y), naive_conv(x_, weight_, bias_, spec, false)), kTolerance);
}

TEST_P(ConvKernels, TransposeOfDenseAndOfSparseSignals) {
  for (const double zeros : {0.0, 0.9}) {
    const Tensor g = random_tensor(out_, 5, zeros);
    const Tensor expected = naive_conv_transpose(g, {}, weight_, spec_, in_.c, in_.map(), {});
    EXPECT_LT(normalised_error(transpose(g, {}, in_.map(), {}), expected), kTolerance) << "zeros " << zeros;
  }
}

TEST_P(ConvKernels, TransposeOfNothing) {
  const Tensor gx = transpose(Tensor(out_), {}, in_.map(), {});
  for (const float value : gx.values()) ASSERT_EQ(value, 0.0F);
}

TEST_P(ConvKernels, TransposeOnWindows) {
  const Size out{kernel_.h + 2, kernel_.w + 3};
  const Size in{output_size(out.h, kernel_.h, spec_.stride, spec_.pad), output_size(out.w, kernel_.w, spec_.stride, spec_.pad)};
  std::mt19937 random(6);
  std::vector<Window> g_at;
  std::vector<Window> out_at;
  for (int k = 0; k < 5; ++k) {
    const auto place = [&] { return static_cast<int>(random() % 6) - 2; };
    g_at.push_back({0, place(), place()});
    // The output's windows hang over what the signal reaches, on either side.
    out_at.push_back({0, g_at.back().y * spec_.stride - spec_.pad + place(), g_at.back().x * spec_.stride - spec_.pad + place()});
  }
  for (const double zeros : {0.0, 0.9}) {
    const Tensor g = random_tensor({5, spec_.maps, in.h, in.w}, 7, zeros);
    const Tensor expected = naive_conv_transpose(g, g_at, weight_, spec_, in_.c, out, out_at);
    EXPECT_LT(normalised_error(transpose(g, g_at, out, out_at), expected), kTolerance) << "zeros " << zeros;
  }
}

TEST_P(ConvKernels, NanPassesReluToo) {
  x_.values()[0] = std::numeric_limits<float>::quiet_NaN();
  // Only where some place reads the first value at all.
  const Tensor expected = naive_conv(x_, weight_, bias_, spec_, false);
  const bool read = std::any_of(expected.values().begin(), expected.values().end(), [](float v) { return std::isnan(v); });
  for (const bool relu : {false, true}) {
    DeviceTensor y;
    backend_->conv(up(x_), *filters_, spec_.pad, relu, y);
    const Tensor found = backend_->download(y);
    EXPECT_TRUE(!read || std::any_of(found.values().begin(), found.values().end(), [](float v) { return std::isnan(v); }))
        << "relu " << relu;
  }
}

TEST_P(ConvKernels, WeightGradient) {
  const Tensor g = random_tensor(out_, 8);
  DeviceTensor weight;
  DeviceTensor bias;
  backend_->training().conv_weight_gradient(up(x_), up(g), spec_, weight, bias);
  EXPECT_LT(normalised_error(backend_->download(weight), naive_weight_gradient(x_, g, spec_)), kTolerance);
  EXPECT_LT(normalised_error(backend_->download(bias), naive_bias_gradient(g)), kTolerance);
}

TEST_P(ConvKernels, SameBitsEveryTime) {
  const Tensor g = random_tensor(out_, 9);
  DeviceTensor weight;
  DeviceTensor bias;
  backend_->training().conv_weight_gradient(up(x_), up(g), spec_, weight, bias);
  const Tensor first = backend_->download(weight);
  const Tensor first_gx = transpose(g, {}, in_.map(), {});
  backend_->training().conv_weight_gradient(up(x_), up(g), spec_, weight, bias);
  EXPECT_EQ(normalised_error(backend_->download(weight), first), 0.0);
  EXPECT_EQ(normalised_error(transpose(g, {}, in_.map(), {}), first_gx), 0.0);
}

INSTANTIATE_TEST_SUITE_P(Cases, ConvKernels, testing::ValuesIn(conv_cases()), [](const auto& c) { return std::string(c.param.name); });

}  // namespace
}  // namespace zf::test
