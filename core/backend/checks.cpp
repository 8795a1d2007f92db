// The public half of Backend: checks, output shapes, then the virtual call.
#include <algorithm>
#include <utility>

#include "core/backend/backend.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

void expect(bool ok, const char* op, const char* what, const Shape& expected, const Shape& found) {
  if (!ok) fail("[{}] expected {} {}, found {}", op, what, to_string(expected), to_string(found));
}

void expect_same(const char* op, const char* what, const Shape& expected, const Shape& found) {
  expect(expected == found, op, what, expected, found);
}

/// A signal g on windows must have an item a window, of images the trace has.
void check_windows(const char* op, Windows at, int items, int images) {
  if (at.empty()) {
    if (items != images) fail("[{}] expected {} items without windows, found {}", op, images, items);
    return;
  }
  if (std::cmp_not_equal(at.size(), items)) fail("[{}] expected {} windows, found {}", op, items, at.size());
  for (const Window& window : at) {
    if (window.image < 0 || window.image >= images)
      fail("[{}] expected a window of image 0 to {}, found image {}", op, images - 1, window.image);
  }
}

void check_pool(const char* op, const PoolSpec& spec) {
  if (spec.kernel < 1 || spec.stride < 1 || spec.pad < 0 || spec.pad >= spec.kernel) {
    fail("[{}] expected kernel and stride of at least 1 and 0 <= pad < kernel, found kernel {} stride {} pad {}", op, spec.kernel,
         spec.stride, spec.pad);
  }
}

void check_lrn(const char* op, const LrnSpec& spec) {
  if (spec.size < 1 || spec.k <= 0) fail("[{}] expected size of at least 1 and k above 0, found size {} k {}", op, spec.size, spec.k);
}

void check_conv(const char* op, const ConvSpec& spec) {
  if (spec.maps < 1 || spec.kernel_h < 1 || spec.kernel_w < 1 || spec.stride < 1 || spec.pad < 0 || spec.groups < 1 ||
      spec.maps % spec.groups != 0) {
    fail("[{}] expected positive sizes and maps divisible by groups, found maps {} kernel {}x{} stride {} pad {} groups {}", op, spec.maps,
         spec.kernel_h, spec.kernel_w, spec.stride, spec.pad, spec.groups);
  }
}

Shape conv_shape(const char* op, const Shape& x, const ConvSpec& spec) {
  const Shape y{x.n, spec.maps, output_size(x.h, spec.kernel_h, spec.stride, spec.pad),
                output_size(x.w, spec.kernel_w, spec.stride, spec.pad)};
  if (y.h < 1 || y.w < 1) fail("[{}] expected an input that a {}x{} kernel fits, found {}", op, spec.kernel_h, spec.kernel_w, to_string(x));
  return y;
}

Shape pool_shape(const char* op, const Shape& x, const PoolSpec& spec) {
  const Shape y{x.n, x.c, output_size(x.h, spec.kernel, spec.stride, spec.pad, spec.ceil),
                output_size(x.w, spec.kernel, spec.stride, spec.pad, spec.ceil)};
  if (y.h < 1 || y.w < 1) fail("[{}] expected an input that a kernel of {} fits, found {}", op, spec.kernel, to_string(x));
  return y;
}

}  // namespace

template <typename Element>
void Backend::ensure(DeviceBuffer<Element>& buffer, const Shape& shape) {
  if (shape.n < 0 || shape.c < 0 || shape.h < 0 || shape.w < 0) fail("[resize] expected no negative size, found {}", to_string(shape));
  if (buffer.storage_ == nullptr || buffer.capacity_ < shape.size()) {
    buffer.storage_.reset();
    buffer.storage_ = allocate(shape.size() * sizeof(Element));
    buffer.capacity_ = shape.size();
  }
  buffer.shape_ = shape;
}

void Backend::resize(DeviceTensor& tensor, const Shape& shape) { ensure(tensor, shape); }
void Backend::resize(DeviceSwitches& switches, const Shape& shape) { ensure(switches, shape); }

void Backend::upload(const Tensor& host, DeviceTensor& device) {
  ensure(device, host.shape());
  do_upload(host, device);
}

DeviceTensor Backend::upload(Tensor&& host) {
  DeviceTensor device;
  const Shape shape = host.shape();
  AlignedBuffer buffer = host.release();
  if (auto storage = adopt(std::move(buffer))) {
    device.shape_ = shape;
    device.capacity_ = shape.size();
    device.storage_ = std::move(storage);
    return device;
  }
  upload(Tensor(shape, std::move(buffer)), device);
  return device;
}

void Backend::fill(DeviceTensor& tensor, float value) { do_fill(tensor, value); }

std::unique_ptr<Readback> Backend::read(const DeviceTensor& tensor, int first, int items) {
  if (items < 0) items = tensor.shape().n - first;
  if (first < 0 || first + items > tensor.shape().n) {
    fail("[read] expected items within {}, found {} from item {}", to_string(tensor.shape()), items, first);
  }
  return do_read(tensor, first, items);
}

Tensor Backend::download(const DeviceTensor& tensor, int first, int items) { return read(tensor, first, items)->take(); }

std::vector<std::uint32_t> Backend::download(const DeviceSwitches& switches) { return do_download(switches); }

void Backend::pack(const DeviceTensor& weight, const DeviceTensor& bias, const ConvSpec& spec, std::unique_ptr<Filters>& filters) {
  check_conv("pack", spec);
  const Shape& w = weight.shape();
  expect_same("pack", "weights", {spec.maps, w.c, spec.kernel_h, spec.kernel_w}, w);
  expect_same("pack", "biases", {1, spec.maps, 1, 1}, bias.shape());
  if (filters != nullptr && (filters->spec() != spec || filters->channels() != w.c * spec.groups)) filters.reset();
  do_pack(weight, bias, spec, filters);
}

void Backend::conv(const DeviceTensor& x, const Filters& filters, int pad, bool relu, DeviceTensor& y) {
  const Shape& in = x.shape();
  ConvSpec spec = filters.spec();
  spec.pad = pad;
  check_conv("conv", spec);
  expect_same("conv", "input", {in.n, filters.channels(), in.h, in.w}, in);
  ensure(y, conv_shape("conv", in, spec));
  do_conv(x, filters, pad, relu, y);
}

void Backend::relu(const DeviceTensor& x, DeviceTensor& y) {
  ensure(y, x.shape());
  do_relu(x, y);
}

void Backend::max_pool(const DeviceTensor& x, const PoolSpec& spec, DeviceTensor& y, DeviceSwitches& switches) {
  check_pool("max_pool", spec);
  const Shape out = pool_shape("max_pool", x.shape(), spec);
  ensure(y, out);
  ensure(switches, out);
  do_max_pool(x, spec, y, switches);
}

void Backend::lrn(const DeviceTensor& x, const LrnSpec& spec, DeviceTensor& y) {
  check_lrn("lrn", spec);
  ensure(y, x.shape());
  do_lrn(x, spec, y);
}

void Backend::softmax(const DeviceTensor& x, DeviceTensor& y) {
  ensure(y, x.shape());
  do_softmax(x, y);
}

void Backend::conv_transpose(const DeviceTensor& g, Windows g_at, const Filters& filters, Size out, Windows out_at, DeviceTensor& gx) {
  const Shape& in = g.shape();
  const ConvSpec& spec = filters.spec();
  expect_same("conv_transpose", "signal", {in.n, spec.maps, in.h, in.w}, in);
  if (g_at.size() != out_at.size()) fail("[conv_transpose] expected {} output windows, found {}", g_at.size(), out_at.size());
  if (!g_at.empty() && std::cmp_not_equal(g_at.size(), in.n)) fail("[conv_transpose] expected {} windows, found {}", in.n, g_at.size());
  const Shape expected = conv_shape("conv_transpose", {in.n, filters.channels(), out.h, out.w}, spec);
  if (g_at.empty()) expect_same("conv_transpose", "signal", expected, in);
  ensure(gx, {in.n, filters.channels(), out.h, out.w});
  do_conv_transpose(g, g_at, filters, out_at, gx);
}

void Backend::unpool(const DeviceTensor& g, Windows g_at, const DeviceSwitches& switches, const PoolSpec& spec, Size plane, Size out,
                     Windows out_at, DeviceTensor& gx) {
  check_pool("unpool", spec);
  const Shape& s = switches.shape();
  const Shape& in = g.shape();
  expect_same("unpool", "switches", pool_shape("unpool", {s.n, s.c, plane.h, plane.w}, spec), s);
  expect_same("unpool", "signal", {in.n, s.c, g_at.empty() ? s.h : in.h, g_at.empty() ? s.w : in.w}, in);
  if (g_at.size() != out_at.size()) fail("[unpool] expected {} output windows, found {}", g_at.size(), out_at.size());
  check_windows("unpool", g_at, in.n, s.n);
  if (g_at.empty() && plane != out)
    fail("[unpool] expected an output of {}x{} without windows, found {}x{}", plane.h, plane.w, out.h, out.w);
  ensure(gx, {in.n, in.c, out.h, out.w});
  do_unpool(g, g_at, switches, spec, plane, out_at, gx);
}

void Backend::relu_backward(Rule rule, const DeviceTensor& y, Windows g_at, DeviceTensor& g) {
  if (rule != Rule::kDeconvnet) {
    check_windows("relu_backward", g_at, g.shape().n, y.shape().n);
    const Shape& full = y.shape();
    const Shape& in = g.shape();
    expect_same("relu_backward", "signal", {in.n, full.c, g_at.empty() ? full.h : in.h, g_at.empty() ? full.w : in.w}, in);
  }
  do_relu_backward(rule, y, g_at, g);
}

void Backend::lrn_backward(const DeviceTensor& x, const LrnSpec& spec, const DeviceTensor& g, Windows g_at, DeviceTensor& gx) {
  check_lrn("lrn_backward", spec);
  const Shape& full = x.shape();
  const Shape& in = g.shape();
  check_windows("lrn_backward", g_at, in.n, full.n);
  expect_same("lrn_backward", "signal", {in.n, full.c, g_at.empty() ? full.h : in.h, g_at.empty() ? full.w : in.w}, in);
  ensure(gx, in);
  do_lrn_backward(x, spec, g, g_at, gx);
}

void Backend::occlude(const DeviceTensor& x, Windows squares, int size, std::span<const float> fill, DeviceTensor& y) {
  const Shape& in = x.shape();
  expect_same("occlude", "image", {1, in.c, in.h, in.w}, in);
  if (std::cmp_not_equal(fill.size(), in.c)) fail("[occlude] expected {} fill values, found {}", in.c, fill.size());
  if (size < 1) fail("[occlude] expected a square of at least 1 pixel, found {}", size);
  ensure(y, {static_cast<int>(squares.size()), in.c, in.h, in.w});
  do_occlude(x, squares, size, fill, y);
}

void Backend::gather_windows(const DeviceTensor& x, Windows at, Size size, float outside, const DeviceTensor* changed, Windows changed_at,
                             DeviceTensor& y) {
  const int items = static_cast<int>(at.size());
  check_windows("gather_windows", at, items, x.shape().n);
  if (changed != nullptr) {
    const Shape& c = changed->shape();
    expect_same("gather_windows", "changes", {items, x.shape().c, c.h, c.w}, c);
    if (changed_at.size() != at.size()) fail("[gather_windows] expected {} places of changes, found {}", at.size(), changed_at.size());
  }
  ensure(y, {items, x.shape().c, size.h, size.w});
  do_gather_windows(x, at, outside, changed, changed_at, y);
}

void Backend::channel_max(const DeviceTensor& x, DeviceTensor& values, DeviceSwitches& places) {
  const Shape& in = x.shape();
  if (in.plane() == 0) fail("[channel_max] expected maps that are not empty, found {}", to_string(in));
  ensure(values, {in.n, in.c, 1, 1});
  ensure(places, {in.n, in.c, 1, 1});
  do_channel_max(x, values, places);
}

void Backend::dropout(float p, std::uint64_t seed, DeviceTensor& x) {
  if (!(p >= 0.0F && p < 1.0F)) fail("[dropout] expected 0 <= p < 1, found {}", p);
  do_dropout(p, seed, x);
}

void Backend::cross_entropy(const DeviceTensor& logits, std::span<const int> labels, DeviceTensor& loss, DeviceTensor& g) {
  const Shape& in = logits.shape();
  expect_same("cross_entropy", "logits", {static_cast<int>(labels.size()), in.c, 1, 1}, in);
  const auto bad = std::find_if(labels.begin(), labels.end(), [&](int label) { return label < 0 || label >= in.c; });
  if (bad != labels.end()) fail("[cross_entropy] expected labels below {}, found {}", in.c, *bad);
  ensure(loss, {in.n, 1, 1, 1});
  ensure(g, in);
  do_cross_entropy(logits, labels, loss, g);
}

void Backend::conv_weight_gradient(const DeviceTensor& x, const DeviceTensor& g, const ConvSpec& spec, DeviceTensor& weight,
                                   DeviceTensor& bias) {
  check_conv("conv_weight_gradient", spec);
  const Shape& in = x.shape();
  expect_same("conv_weight_gradient", "signal", conv_shape("conv_weight_gradient", in, spec), g.shape());
  if (in.c % spec.groups != 0) fail("[conv_weight_gradient] expected channels divisible by {} groups, found {}", spec.groups, in.c);
  ensure(weight, {spec.maps, in.c / spec.groups, spec.kernel_h, spec.kernel_w});
  ensure(bias, {1, spec.maps, 1, 1});
  do_conv_weight_gradient(x, g, spec, weight, bias);
}

void Backend::sgd_step(const DeviceTensor& gradient, const SgdSpec& spec, DeviceTensor& velocity, DeviceTensor& weight) {
  expect_same("sgd_step", "gradient", weight.shape(), gradient.shape());
  expect_same("sgd_step", "velocity", weight.shape(), velocity.shape());
  do_sgd_step(gradient, spec, velocity, weight);
}

void Backend::limit_rms(float limit, DeviceTensor& weight) {
  if (!(limit > 0.0F)) fail("[limit_rms] expected a limit above 0, found {}", limit);
  do_limit_rms(limit, weight);
}

}  // namespace zf
