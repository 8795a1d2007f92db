// Depthwise convolutions: each map of the input has filters of its own, so that there is nothing to share but places.
#include <numeric>

#include "native/opengl/filters.h"
#include "native/opengl/opengl.h"

namespace zf::opengl {

namespace {

constexpr int kRows = 8;  // of a thread

struct DepthwiseParameters {
  int count, first_plane, channels, times, height, width, out_height, out_width, strips, kernel_h, kernel_w, stride, pad, dilation;
  int biased, relu;
  int x_at, weights_at, biases_at, y_at;
};

struct DepthwiseTransposeParameters {
  int count, first_plane, channels, times, height, width, out_height, out_width, strips, phase_width, kernel_h, kernel_w, stride, pad;
  int dilation, tap_step, g_step;
  int g_at, weights_at, gx_at;
};

/// Maps of the same channel as one, so that parts have as many of these as of channels.
[[nodiscard]] DeviceTensor stacked(const DeviceTensor& maps, int times) {
  const Shape& shape = maps.shape();
  return Backend::view(maps, {shape.n, shape.c / times, times * shape.h, shape.w});
}

}  // namespace

void OpenGlBackend::depthwise(const DeviceTensor& x, const Filters& filters, int pad, Finish finish, DeviceTensor& y) {
  const auto& own = static_cast<const GlFilters&>(filters);
  const ConvSpec& spec = filters.spec();
  const Shape& from = x.shape();
  const Shape& to = y.shape();
  const int times = own.group_maps();
  const int strips = divide_up(to.h, kRows);
  const DeviceTensor stacks = stacked(y, times);
  const Operand in(x);
  const Operand out(stacks);
  for (const Part& part : split(*device_, from, {in, out})) {
    const Binding maps = device_->bind(x.storage(), in.range(part));
    const Binding weights = device_->bind(own.weight.storage());
    const Binding biases = device_->bind(own.bias.storage());
    const Binding result = device_->bind(y.storage(), out.range(part));
    const int count = static_cast<int>(part.planes()) * times * strips * to.w;
    const DepthwiseParameters parameters{count,
                                         part.first_item * from.c + part.first_channel,
                                         from.c,
                                         times,
                                         from.h,
                                         from.w,
                                         to.h,
                                         to.w,
                                         strips,
                                         spec.kernel_h,
                                         spec.kernel_w,
                                         spec.stride,
                                         pad,
                                         spec.dilation,
                                         finish != Finish::kNothing,
                                         finish == Finish::kBiasAndRelu,
                                         maps.at,
                                         weights.at,
                                         biases.at,
                                         result.at};
    device_->run(Kernel::kDepthwise, parameters, {maps, weights, biases, result}, static_cast<std::size_t>(count));
  }
}

void OpenGlBackend::depthwise_transpose(const DeviceTensor& g, Windows g_at, const Filters& filters, Windows out_at, DeviceTensor& gx) {
  const auto& own = static_cast<const GlFilters&>(filters);
  const ConvSpec& spec = filters.spec();
  const Shape& from = g.shape();
  const Shape& to = gx.shape();
  const int times = own.group_maps();
  const int common = std::gcd(spec.stride, spec.dilation);
  const int strips = divide_up(divide_up(to.h, spec.stride), kRows);
  const int phase_width = divide_up(to.w, spec.stride);
  const DeviceTensor stacks = stacked(g, times);
  const Operand in(stacks);
  const Operand out(gx);
  const auto list = window_list(to.n, g_at, out_at);
  for (const Part& part : split(*device_, to, {in, out})) {
    const Binding signal = device_->bind(g.storage(), in.range(part));
    const Binding weights = device_->bind(own.weight.storage());
    const Binding result = device_->bind(gx.storage(), out.range(part));
    const int count = static_cast<int>(part.planes()) * spec.stride * spec.stride * strips * phase_width;
    const DepthwiseTransposeParameters parameters{count,
                                                  part.first_item * to.c + part.first_channel,
                                                  to.c,
                                                  times,
                                                  from.h,
                                                  from.w,
                                                  to.h,
                                                  to.w,
                                                  strips,
                                                  phase_width,
                                                  spec.kernel_h,
                                                  spec.kernel_w,
                                                  spec.stride,
                                                  spec.pad,
                                                  spec.dilation,
                                                  spec.stride / common,
                                                  spec.dilation / common,
                                                  signal.at,
                                                  weights.at,
                                                  result.at};
    device_->run(Kernel::kDepthwiseTranspose, parameters, {signal, weights, device_->bind(*list), result}, static_cast<std::size_t>(count));
  }
}

}  // namespace zf::opengl
