// The public half of Backend's branches and other non-linearities.
#include <cmath>

#include "core/backend/checks.h"

namespace zf {

using namespace checks;

namespace {

void expect_activation(const char* op, const Activation& f, const DeviceTensor* slopes, int maps) {
  if (f.kind == Activation::Kind::kClip && !(f.low <= f.high)) {
    fail("[{}] expected a clip whose low is at most its high, found {} and {}", op, f.low, f.high);
  }
  if (f.kind == Activation::Kind::kLeakyRelu && slopes == nullptr && !std::isfinite(f.slope)) {
    fail("[{}] expected a finite slope, found {}", op, f.slope);
  }
  if (slopes == nullptr) return;
  if (f.kind != Activation::Kind::kLeakyRelu) fail("[{}] expected slopes with a leaky ReLU only, found some with another function", op);
  expect_same(op, "slopes", {1, maps, 1, 1}, slopes->shape());
}

}  // namespace

void Backend::add(const DeviceTensor& a, const DeviceTensor& b, bool relu, DeviceTensor& y) {
  expect_own("add", "a first summand", a);
  expect_own("add", "a second summand", b);
  expect_apart("add", a, y);
  expect_apart("add", b, y);
  expect_same("add", "second summand", a.shape(), b.shape());
  ensure(y, a.shape());
  do_add(a, b, relu, y);
}

void Backend::multiply(const DeviceTensor& a, const DeviceTensor& b, DeviceTensor& y) {
  expect_own("multiply", "a first factor", a);
  expect_own("multiply", "a second factor", b);
  expect_apart("multiply", a, y);
  expect_apart("multiply", b, y);
  const Shape& in = a.shape();
  const Shape one_a_map{in.n, in.c, 1, 1};
  if (b.shape() != in && b.shape() != one_a_map) {
    fail("[multiply] expected a second factor {} or {}, found {}", to_string(in), to_string(one_a_map), to_string(b.shape()));
  }
  ensure(y, in);
  do_multiply(a, b, y);
}

void Backend::copy_maps(const DeviceTensor& from, int first, int count, DeviceTensor& to, int to_first) {
  expect_own("copy_maps", "maps", from);
  expect_own("copy_maps", "a tensor", to);
  expect_apart("copy_maps", from, to);
  const Shape& in = from.shape();
  const Shape& out = to.shape();
  expect_same("copy_maps", "maps", {out.n, in.c, out.h, out.w}, in);
  expect_maps("copy_maps", "what is read", in.c, first, count);
  expect_maps("copy_maps", "what is written", out.c, to_first, count);
  if (count > 0) do_copy_maps(from, first, count, to, to_first);
}

void Backend::activate(const DeviceTensor& x, const Activation& f, const DeviceTensor* slopes, DeviceTensor& y) {
  expect_own("activate", "an input", x);
  if (slopes != nullptr) {
    expect_own("activate", "slopes", *slopes);
    expect_apart("activate", *slopes, y);
  }
  expect_activation("activate", f, slopes, x.shape().c);
  expect_apart("activate", x, y);
  ensure(y, x.shape());
  do_activate(x, f, slopes, y);
}

void Backend::activation_backward(Rule rule, const Activation& f, const DeviceTensor* slopes, const DeviceTensor& x, Windows g_at,
                                  DeviceTensor& g) {
  expect_own("activation_backward", "a signal", g);
  if (slopes != nullptr) {
    expect_own("activation_backward", "slopes", *slopes);
    expect_apart("activation_backward", *slopes, g);
  }
  const Shape& in = g.shape();
  expect_activation("activation_backward", f, slopes, in.c);
  if (rule != Rule::kDeconvnet || !f.rectifies()) {
    expect_own("activation_backward", "a forward input", x);
    expect_apart("activation_backward", x, g);
    const Shape& full = x.shape();
    expect_windows("activation_backward", g_at, in.n, full.n);
    expect_same("activation_backward", "signal", {in.n, full.c, g_at.empty() ? full.h : in.h, g_at.empty() ? full.w : in.w}, in);
  }
  do_activation_backward(rule, f, slopes, x, g_at, g);
}

void Backend::average_pool(const DeviceTensor& x, const AveragePoolSpec& spec, DeviceTensor& y) {
  expect_average_pool("average_pool", spec);
  expect_own("average_pool", "an input", x);
  expect_apart("average_pool", x, y);
  ensure(y, pool_shape("average_pool", x.shape(), spec));
  do_average_pool(x, spec, y);
}

void Backend::average_unpool(const DeviceTensor& g, Windows g_at, const AveragePoolSpec& spec, Size plane, Size out, Windows out_at,
                             DeviceTensor& gx) {
  expect_average_pool("average_unpool", spec);
  expect_own("average_unpool", "a signal", g);
  expect_apart("average_unpool", g, gx);
  const Shape& in = g.shape();
  const Shape pooled = pool_shape("average_unpool", {in.n, in.c, plane.h, plane.w}, spec);
  if (g_at.empty()) expect_same("average_unpool", "signal", pooled, in);
  expect_paired("average_unpool", g_at, out_at, in.n);
  expect_size("average_unpool", out);
  if (g_at.empty() && plane != out) {
    fail("[average_unpool] expected an output of {}x{} without windows, found {}x{}", plane.h, plane.w, out.h, out.w);
  }
  ensure(gx, {in.n, in.c, out.h, out.w});
  do_average_unpool(g, g_at, spec, plane, out_at, gx);
}

}  // namespace zf
