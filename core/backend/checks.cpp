// The public half of Backend's inference: checks, output shapes, then the virtual call.
#include "core/backend/checks.h"

#include <algorithm>
#include <utility>

namespace zf {

using namespace checks;

void Backend::pack(const DeviceTensor& weight, const DeviceTensor& bias, const ConvSpec& spec, std::unique_ptr<Filters>& filters) {
  expect_conv("pack", spec);
  expect_input("pack", "weights", weight);
  expect_input("pack", "biases", bias);
  const Shape& w = weight.shape();
  if (w.c < 1) fail("[pack] expected weights of at least one channel, found {}", to_string(w));
  expect_same("pack", "weights", {spec.maps, w.c, spec.kernel_h, spec.kernel_w}, w);
  expect_same("pack", "biases", {1, spec.maps, 1, 1}, bias.shape());
  if (filters != nullptr && (filters->spec() != spec || filters->channels() != w.c * spec.groups)) filters.reset();
  do_pack(weight, bias, spec, filters);
}

void Backend::conv(const DeviceTensor& x, const Filters& filters, int pad, bool relu, DeviceTensor& y) {
  expect_input("conv", "an input", x);
  expect_apart("conv", x, y);
  const Shape& in = x.shape();
  ConvSpec spec = filters.spec();
  if (pad != spec.pad && pad != 0) fail("[conv] expected the filters' padding of {}, or 0, found {}", spec.pad, pad);
  spec.pad = pad;
  expect_same("conv", "input", {in.n, filters.channels(), in.h, in.w}, in);
  ensure(y, conv_shape("conv", in, spec));
  do_conv(x, filters, pad, relu ? Finish::kBiasAndRelu : Finish::kBias, y);
}

void Backend::conv_differences(const DeviceTensor& x, const Filters& filters, DeviceTensor& y) {
  expect_input("conv_differences", "an input", x);
  expect_apart("conv_differences", x, y);
  const Shape& in = x.shape();
  ConvSpec spec = filters.spec();
  if (spec.kernel_h != spec.kernel_w || spec.kernel_h < spec.stride) {
    fail("[conv_differences] expected a square kernel of at least the stride {}, found {}x{}", spec.stride, spec.kernel_h, spec.kernel_w);
  }
  spec.pad = spec.kernel_h - spec.stride;
  expect_same("conv_differences", "input", {in.n, filters.channels(), in.h, in.w}, in);
  ensure(y, conv_shape("conv_differences", in, spec));
  do_conv(x, filters, spec.pad, Finish::kNothing, y);
}

void Backend::linear_differences(const DeviceTensor& x, Window at, const Filters& filters, DeviceTensor& y) {
  expect_input("linear_differences", "an input", x);
  expect_apart("linear_differences", x, y);
  const Shape& in = x.shape();
  const ConvSpec& spec = filters.spec();
  if (spec.groups != 1 || spec.pad != 0) fail("[linear_differences] expected filters of a fully connected layer, found groups or padding");
  expect_same("linear_differences", "input", {in.n, filters.channels(), in.h, in.w}, in);
  if (in.plane() == 0 || at.y < 0 || at.x < 0 || at.y + in.h > spec.kernel_h || at.x + in.w > spec.kernel_w) {
    fail("[linear_differences] expected a window within {}x{}, found {}x{} at row {}, column {}", spec.kernel_h, spec.kernel_w, in.h, in.w,
         at.y, at.x);
  }
  ensure(y, {in.n, spec.maps, 1, 1});
  do_linear_differences(x, at, filters, y);
}

void Backend::relu(const DeviceTensor& x, DeviceTensor& y) {
  expect_input("relu", "an input", x);
  expect_apart("relu", x, y);
  ensure(y, x.shape());
  do_relu(x, y);
}

void Backend::max_pool(const DeviceTensor& x, const PoolSpec& spec, DeviceTensor& y, DeviceSwitches& switches) {
  expect_pool("max_pool", spec);
  expect_input("max_pool", "an input", x);
  expect_apart("max_pool", x, y);
  const Shape out = pool_shape("max_pool", x.shape(), spec);
  ensure(y, out);
  ensure(switches, out);
  do_max_pool(x, spec, y, switches);
}

void Backend::lrn(const DeviceTensor& x, const LrnSpec& spec, DeviceTensor& y) {
  expect_lrn("lrn", spec);
  expect_input("lrn", "an input", x);
  expect_apart("lrn", x, y);
  ensure(y, x.shape());
  do_lrn(x, spec, y);
}

void Backend::softmax(const DeviceTensor& x, DeviceTensor& y) {
  expect_input("softmax", "an input", x);
  expect_apart("softmax", x, y);
  if (x.shape().item() == 0) fail("[softmax] expected at least one map and place, found {}", to_string(x.shape()));
  ensure(y, x.shape());
  do_softmax(x, y);
}

void Backend::conv_transpose(const DeviceTensor& g, Windows g_at, const Filters& filters, Size out, Windows out_at, DeviceTensor& gx) {
  expect_input("conv_transpose", "a signal", g);
  expect_apart("conv_transpose", g, gx);
  const Shape& in = g.shape();
  const ConvSpec& spec = filters.spec();
  expect_same("conv_transpose", "signal", {in.n, spec.maps, in.h, in.w}, in);
  expect_paired("conv_transpose", g_at, out_at, in.n);
  expect_size("conv_transpose", out);
  const Shape result{in.n, filters.channels(), out.h, out.w};
  if (g_at.empty()) expect_same("conv_transpose", "signal", conv_shape("conv_transpose", result, spec), in);
  ensure(gx, result);
  do_conv_transpose(g, g_at, filters, out_at, gx);
}

void Backend::unpool(const DeviceTensor& g, Windows g_at, const DeviceSwitches& switches, const PoolSpec& spec, Size plane, Size out,
                     Windows out_at, DeviceTensor& gx) {
  expect_pool("unpool", spec);
  expect_input("unpool", "a signal", g);
  expect_input("unpool", "switches", switches);
  expect_apart("unpool", g, gx);
  const Shape& s = switches.shape();
  const Shape& in = g.shape();
  expect_same("unpool", "switches", pool_shape("unpool", {s.n, s.c, plane.h, plane.w}, spec), s);
  expect_same("unpool", "signal", {in.n, s.c, g_at.empty() ? s.h : in.h, g_at.empty() ? s.w : in.w}, in);
  expect_paired("unpool", g_at, out_at, in.n);
  expect_windows("unpool", g_at, in.n, s.n);
  expect_size("unpool", out);
  if (g_at.empty() && plane != out) {
    fail("[unpool] expected an output of {}x{} without windows, found {}x{}", plane.h, plane.w, out.h, out.w);
  }
  ensure(gx, {in.n, in.c, out.h, out.w});
  do_unpool(g, g_at, switches, spec, plane, out_at, gx);
}

void Backend::relu_backward(Rule rule, const DeviceTensor& y, Windows g_at, DeviceTensor& g) {
  expect_input("relu_backward", "a signal", g);
  if (rule != Rule::kDeconvnet) {
    expect_input("relu_backward", "a forward output", y);
    const Shape& full = y.shape();
    const Shape& in = g.shape();
    expect_windows("relu_backward", g_at, in.n, full.n);
    expect_same("relu_backward", "signal", {in.n, full.c, g_at.empty() ? full.h : in.h, g_at.empty() ? full.w : in.w}, in);
  }
  do_relu_backward(rule, y, g_at, g);
}

void Backend::lrn_backward(const DeviceTensor& x, const LrnSpec& spec, const DeviceTensor& g, Windows g_at, DeviceTensor& gx) {
  expect_lrn("lrn_backward", spec);
  expect_input("lrn_backward", "a forward input", x);
  expect_input("lrn_backward", "a signal", g);
  expect_apart("lrn_backward", x, gx);
  expect_apart("lrn_backward", g, gx);
  const Shape& full = x.shape();
  const Shape& in = g.shape();
  expect_windows("lrn_backward", g_at, in.n, full.n);
  expect_same("lrn_backward", "signal", {in.n, full.c, g_at.empty() ? full.h : in.h, g_at.empty() ? full.w : in.w}, in);
  ensure(gx, in);
  do_lrn_backward(x, spec, g, g_at, gx);
}

void Backend::gather_windows(const DeviceTensor& x, Windows at, Size size, float outside, const DeviceTensor* changed, Windows changed_at,
                             DeviceTensor& y) {
  expect_gathered("gather_windows", x, at, size, y);
  if (changed != nullptr) expect_laid("gather_windows", x, at, *changed, changed_at, y);
  ensure(y, {static_cast<int>(at.size()), x.shape().c, size.h, size.w});
  do_gather_windows(x, at, outside, changed, changed_at, y);
}

void Backend::window_differences(const DeviceTensor& x, Windows at, Size size, const DeviceTensor& changed, Windows changed_at,
                                 DeviceTensor& y) {
  expect_gathered("window_differences", x, at, size, y);
  expect_laid("window_differences", x, at, changed, changed_at, y);
  ensure(y, {static_cast<int>(at.size()), x.shape().c, size.h, size.w});
  do_window_differences(x, at, changed, changed_at, y);
}

void Backend::window_sums(const DeviceTensor& x, Windows at, Size size, const DeviceTensor& differences, Windows differences_at, bool relu,
                          DeviceTensor& y) {
  expect_gathered("window_sums", x, at, size, y);
  expect_laid("window_sums", x, at, differences, differences_at, y);
  ensure(y, {static_cast<int>(at.size()), x.shape().c, size.h, size.w});
  do_window_sums(x, at, differences, differences_at, relu, y);
}

void Backend::channel_max(const DeviceTensor& x, DeviceTensor& values, DeviceSwitches& places) {
  expect_input("channel_max", "maps", x);
  expect_apart("channel_max", x, values);
  const Shape& in = x.shape();
  if (in.plane() == 0) fail("[channel_max] expected maps that are not empty, found {}", to_string(in));
  ensure(values, {in.n, in.c, 1, 1});
  ensure(places, {in.n, in.c, 1, 1});
  do_channel_max(x, values, places);
}

}  // namespace zf
