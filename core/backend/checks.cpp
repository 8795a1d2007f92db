// The public half of Backend's networks and deconvnet: checks, output shapes, then the virtual call.
#include "core/backend/checks.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace zf {

using namespace checks;

void Backend::pack(const DeviceTensor& weight, const DeviceTensor& bias, const ConvSpec& spec, std::unique_ptr<Filters>& filters) {
  expect_conv("pack", spec);
  expect_own_as_stored("pack", "weights", weight);
  expect_own("pack", "biases", bias);
  const Shape& w = weight.shape();
  if (w.c < 1) fail("[pack] expected weights of at least one channel, found {}", to_string(w));
  expect_same("pack", "weights", {spec.maps, w.c, spec.kernel_h, spec.kernel_w}, w);
  expect_same("pack", "biases", {1, spec.maps, 1, 1}, bias.shape());
  const bool fits = filters != nullptr && filters->backend() == this && filters->spec() == spec && filters->channels() == w.c * spec.groups;
  if (!fits) filters.reset();
  do_pack(weight, bias, spec, filters);
  filters->backend_ = this;
}

/// The shape of a convolution's output.
Shape Backend::conv_output(const char* op, const DeviceTensor& x, const Filters& filters, int pad, const DeviceTensor& y) const {
  expect_own(op, "an input", x);
  expect_own(op, filters);
  expect_apart(op, x, y);
  const Shape& in = x.shape();
  ConvSpec spec = filters.spec();
  if (pad != spec.pad && pad != 0) fail("[{}] expected the filters' padding of {}, or 0, found {}", op, spec.pad, pad);
  spec.pad = pad;
  expect_same(op, "input", {in.n, filters.channels(), in.h, in.w}, in);
  return conv_shape(op, in, spec);
}

void Backend::conv(const DeviceTensor& x, const Filters& filters, int pad, Rectifier relu, DeviceTensor& y) {
  ensure(y, conv_output("conv", x, filters, pad, y));
  if (relu.on && std::isfinite(relu.ceiling)) return do_conv_cut(x, filters, pad, relu.ceiling, y);
  do_conv(x, filters, pad, relu.on ? Finish::kBiasAndRelu : Finish::kBias, y);
}

void Backend::conv_add(const DeviceTensor& x, const Filters& filters, int pad, const DeviceTensor& added, bool relu, DeviceTensor& y) {
  const Shape out = conv_output("conv_add", x, filters, pad, y);
  expect_own("conv_add", "summands", added);
  expect_apart("conv_add", added, y);
  expect_same("conv_add", "summands", out, added.shape());
  ensure(y, out);
  do_conv_add(x, filters, pad, added, relu, y);
}

void Backend::conv_into(const DeviceTensor& x, const Filters& filters, int pad, bool relu, DeviceTensor& y, int first) {
  expect_own("conv_into", "a tensor", y);
  Shape out = conv_output("conv_into", x, filters, pad, y);
  expect_maps("conv_into", "maps", y.shape().c, first, out.c);
  out.c = y.shape().c;
  expect_same("conv_into", "tensor", out, y.shape());
  do_conv_into(x, filters, pad, relu, y, first);
}

void Backend::conv_differences(const DeviceTensor& x, const Filters& filters, DeviceTensor& y) {
  expect_own("conv_differences", "an input", x);
  expect_own("conv_differences", filters);
  expect_apart("conv_differences", x, y);
  const Shape& in = x.shape();
  ConvSpec spec = filters.spec();
  const Size kernel = spec.extent();
  if (kernel.h != kernel.w || kernel.h < spec.stride) {
    fail("[conv_differences] expected a square kernel of at least the stride {}, found {}x{}", spec.stride, kernel.h, kernel.w);
  }
  spec.pad = kernel.h - spec.stride;
  expect_same("conv_differences", "input", {in.n, filters.channels(), in.h, in.w}, in);
  ensure(y, conv_shape("conv_differences", in, spec));
  do_conv(x, filters, spec.pad, Finish::kNothing, y);
}

void Backend::linear_differences(const DeviceTensor& x, Window at, const Filters& filters, DeviceTensor& y) {
  expect_own("linear_differences", "an input", x);
  expect_own("linear_differences", filters);
  expect_apart("linear_differences", x, y);
  const Shape& in = x.shape();
  const ConvSpec& spec = filters.spec();
  if (spec.groups != 1 || spec.pad != 0 || !spec.covers(spec.extent())) {
    fail("[linear_differences] expected filters of a fully connected layer, found groups, padding or dilation");
  }
  expect_same("linear_differences", "input", {in.n, filters.channels(), in.h, in.w}, in);
  if (in.plane() == 0 || at.y < 0 || at.x < 0 || at.y + in.h > spec.kernel_h || at.x + in.w > spec.kernel_w) {
    fail("[linear_differences] expected a window within {}x{}, found {}x{} at row {}, column {}", spec.kernel_h, spec.kernel_w, in.h, in.w,
         at.y, at.x);
  }
  ensure(y, {in.n, spec.maps, 1, 1});
  do_linear_differences(x, at, filters, y);
}

void Backend::relu(const DeviceTensor& x, DeviceTensor& y) {
  expect_own("relu", "an input", x);
  expect_apart("relu", x, y);
  ensure(y, x.shape());
  do_relu(x, y);
}

void Backend::max_pool(const DeviceTensor& x, const PoolSpec& spec, DeviceTensor& y, DeviceSwitches& switches) {
  expect_pool("max_pool", spec);
  expect_own("max_pool", "an input", x);
  expect_apart("max_pool", x, y);
  const Shape out = pool_shape("max_pool", x.shape(), spec);
  ensure(y, out);
  ensure(switches, out);
  do_max_pool(x, spec, y, switches);
}

void Backend::maxima(const DeviceTensor& x, const PoolSpec& spec, DeviceTensor& y) {
  expect_pool("maxima", spec);
  expect_own("maxima", "an input", x);
  expect_apart("maxima", x, y);
  ensure(y, pool_shape("maxima", x.shape(), spec));
  do_maxima(x, spec, y);
}

void Backend::lrn(const DeviceTensor& x, const LrnSpec& spec, DeviceTensor& y) {
  expect_lrn("lrn", spec);
  expect_own("lrn", "an input", x);
  expect_apart("lrn", x, y);
  ensure(y, x.shape());
  if (spec.within) return do_lrn_within(x, spec, y);
  do_lrn(x, spec, y);
}

void Backend::softmax(const DeviceTensor& x, DeviceTensor& y) {
  expect_own("softmax", "an input", x);
  expect_apart("softmax", x, y);
  if (x.shape().item() == 0) fail("[softmax] expected at least one map and place, found {}", to_string(x.shape()));
  ensure(y, x.shape());
  do_softmax(x, y);
}

void Backend::conv_transpose(const DeviceTensor& g, Windows g_at, const Filters& filters, Size out, Windows out_at, DeviceTensor& gx) {
  expect_own("conv_transpose", "a signal", g);
  expect_own("conv_transpose", filters);
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
  expect_own("unpool", "a signal", g);
  expect_own("unpool", "switches", switches);
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
  expect_own("relu_backward", "a signal", g);
  if (rule != Rule::kDeconvnet) {
    expect_own("relu_backward", "a forward output", y);
    const Shape& full = y.shape();
    const Shape& in = g.shape();
    expect_windows("relu_backward", g_at, in.n, full.n);
    expect_same("relu_backward", "signal", {in.n, full.c, g_at.empty() ? full.h : in.h, g_at.empty() ? full.w : in.w}, in);
  }
  do_relu_backward(rule, y, g_at, g);
}

void Backend::lrn_backward(const DeviceTensor& x, const LrnSpec& spec, const DeviceTensor& g, Windows g_at, DeviceTensor& gx) {
  expect_lrn("lrn_backward", spec);
  if (spec.within) fail("[lrn_backward] expected a normalisation across maps, found one within them");
  expect_own("lrn_backward", "a forward input", x);
  expect_own("lrn_backward", "a signal", g);
  expect_apart("lrn_backward", x, gx);
  expect_apart("lrn_backward", g, gx);
  const Shape& full = x.shape();
  const Shape& in = g.shape();
  expect_windows("lrn_backward", g_at, in.n, full.n);
  expect_same("lrn_backward", "signal", {in.n, full.c, g_at.empty() ? full.h : in.h, g_at.empty() ? full.w : in.w}, in);
  ensure(gx, in);
  do_lrn_backward(x, spec, g, g_at, gx);
}

void Backend::lrn_within_backward(const DeviceTensor& x, const LrnSpec& spec, const DeviceTensor& g, Windows g_at, Size out, Windows out_at,
                                  DeviceTensor& gx) {
  expect_lrn("lrn_within_backward", spec);
  if (!spec.within) fail("[lrn_within_backward] expected a normalisation within maps, found one across them");
  expect_own("lrn_within_backward", "a forward input", x);
  expect_own("lrn_within_backward", "a signal", g);
  expect_apart("lrn_within_backward", x, gx);
  expect_apart("lrn_within_backward", g, gx);
  const Shape& full = x.shape();
  const Shape& in = g.shape();
  expect_paired("lrn_within_backward", g_at, out_at, in.n);
  expect_windows("lrn_within_backward", g_at, in.n, full.n);
  expect_same("lrn_within_backward", "signal", {in.n, full.c, g_at.empty() ? full.h : in.h, g_at.empty() ? full.w : in.w}, in);
  expect_size("lrn_within_backward", out);
  if (g_at.empty() && full.map() != out) {
    fail("[lrn_within_backward] expected an output of {}x{} without windows, found {}x{}", full.h, full.w, out.h, out.w);
  }
  ensure(gx, {in.n, in.c, out.h, out.w});
  do_lrn_within_backward(x, spec, g, g_at, out_at, gx);
}

}  // namespace zf
