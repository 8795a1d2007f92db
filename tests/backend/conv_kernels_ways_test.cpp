// Each way to compute a convolution, its transpose and its weight gradient, whichever the kernels would choose.
#include <gtest/gtest.h>

#include <vector>

#include "core/backend/backend.h"
#include "core/backend/cpu/conv_paths.h"
#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/cpu/storage.h"
#include "core/backend/cpu/winograd.h"
#include "tests/backend/conv_kernels_cases.h"
#include "tests/backend/conv_kernels_naive.h"

namespace zf::test {
namespace {

class ConvKernelWays : public ConvCaseTest {
 protected:
  ConvKernelWays() {
    backend_->upload(weight_, device_weight_);
    backend_->upload(bias_, device_bias_);
    backend_->pack(device_weight_, device_bias_, spec_, filters_);
  }

  [[nodiscard]] const cpu::CpuFilters& filters() const { return cpu::cpu_filters(*filters_); }
  [[nodiscard]] cpu::ConvColumns columns() const { return {x_.data(), in_, spec_.stride, spec_.pad, out_.map(), spec_.dilation}; }

  std::unique_ptr<Backend> backend_ = make_cpu_backend(1);
  cpu::Context context_{3};
  DeviceTensor device_weight_;
  DeviceTensor device_bias_;
  std::unique_ptr<Filters> filters_;
};

TEST_P(ConvKernelWays, Conv) {
  const Tensor expected = naive_conv(x_, weight_, bias_, spec_, true);
  Tensor y(out_, 7.0F);
  cpu::conv_direct(context_, columns(), filters(), {.bias = filters().bias(), .relu = true, .y = y.data()});
  EXPECT_LT(normalised_error(y, expected), kTolerance) << "direct";
  if (spec_.groups == 1) {
    y = Tensor(out_, 7.0F);
    cpu::conv_few_columns(context_, columns(), filters(), {.bias = filters().bias(), .relu = true, .y = y.data()});
    EXPECT_LT(normalised_error(y, expected), kTolerance) << "few columns";
  }
  if (filters().winograd() == nullptr) return;
  y = Tensor(out_, 7.0F);
  filters().prepare_winograd(context_);
  cpu::winograd_conv(
      context_,
      {filters().winograd(), x_.data(), in_, {-spec_.pad, -spec_.pad}, out_, {}, {.bias = filters().bias(), .relu = true, .y = y.data()}});
  EXPECT_LT(normalised_error(y, expected), kTolerance) << "Winograd";
}

TEST_P(ConvKernelWays, Transpose) {
  const Tensor g = random_tensor(out_, 5, 0.5);
  const Tensor expected = naive_conv_transpose(g, {}, weight_, spec_, in_.c, in_.map(), {});
  const cpu::Origins origins{{}, {}, spec_.stride, spec_.pad};
  Tensor gx(in_, 7.0F);
  cpu::conv_transpose_direct(context_, g.data(), out_, origins, filters(), gx.data(), in_);
  EXPECT_LT(normalised_error(gx, expected), kTolerance) << "direct";
  gx = Tensor(in_, 7.0F);
  cpu::conv_transpose_sparse(context_, g.data(), out_, origins, filters(), gx.data(), in_);
  EXPECT_LT(normalised_error(gx, expected), kTolerance) << "sparse";
  if (filters().winograd_transposed() == nullptr) return;
  gx = Tensor(in_, 7.0F);
  filters().prepare_winograd_transposed(context_);
  const int first = spec_.pad / spec_.stride;
  const int shift = first * spec_.stride - spec_.pad;
  cpu::winograd_conv(context_, {filters().winograd_transposed(), g.data(), out_, {first, first}, in_, {shift, shift}, {.y = gx.data()}});
  EXPECT_LT(normalised_error(gx, expected), kTolerance) << "Winograd";
}

TEST_P(ConvKernelWays, WeightGradient) {
  const Tensor g = random_tensor(out_, 8);
  const Tensor expected = naive_weight_gradient(x_, g, spec_);
  Tensor weight(weight_.shape(), 7.0F);
  cpu::weight_gradient_direct(context_, columns(), spec_, g.data(), weight.data());
  EXPECT_LT(normalised_error(weight, expected), kTolerance) << "direct";
  if (spec_.dilation > 1) return;
  weight = Tensor(weight_.shape(), 7.0F);
  const cpu::WinogradPlan plan(cpu::winograd_axis(spec_.kernel_h, spec_.stride), cpu::winograd_axis(spec_.kernel_w, spec_.stride));
  cpu::weight_gradient_winograd(context_, plan, columns(), spec_, g.data(), weight.data());
  EXPECT_LT(normalised_error(weight, expected), kTolerance) << "Winograd";
}

INSTANTIATE_TEST_SUITE_P(Cases, ConvKernelWays, testing::ValuesIn(conv_cases()), [](const auto& c) { return std::string(c.param.name); });

}  // namespace
}  // namespace zf::test
