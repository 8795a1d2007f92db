// What acts on single maps or across maps, and its backward forms.
#include "native/opengl/opengl.h"

namespace zf::opengl {

namespace {

struct ReluParameters {
  int count, x_at, y_at;
};

struct ReluBackwardParameters {
  int count, first_item, first_channel, part_channels, channels, height, width, full_height, full_width, rectify, y_at, g_at;
};

struct MaxPoolParameters {
  int count, first_plane, height, width, out_height, out_width, kernel, stride, pad, x_at, y_at, switches_at;
};

struct UnpoolParameters {
  int count, first_item, first_channel, part_channels, channels;
  int height, width, pools_height, pools_width, plane_height, plane_width, out_height, out_width, kernel, stride, pad;
  int g_at, switches_at, gx_at;
};

struct LrnParameters {
  int count, first_item, first_channel, part_channels, channels, height, width, full_height, full_width, half_size;
  float alpha, beta, k;
  int x_at, g_at, y_at;
};

struct SoftmaxParameters {
  int first, count, channels, places, x_at, y_at;
};

}  // namespace

void OpenGlBackend::do_relu(const DeviceTensor& x, DeviceTensor& y) {
  for (const Chunk& chunk : split(*device_, 0, x.size())) {
    const Binding from = device_->bind(x.storage(), chunk.range());
    const Binding to = device_->bind(y.storage(), chunk.range());
    device_->run(Kernel::kRelu, ReluParameters{static_cast<int>(chunk.count), chunk.start(from), chunk.start(to)}, {from, to}, chunk.count);
  }
}

void OpenGlBackend::do_relu_backward(Rule rule, const DeviceTensor& y, Windows g_at, DeviceTensor& g) {
  if (rule == Rule::kDeconvnet) {
    rectify(g);
    return;
  }
  const Operand forward(y, g_at);
  const Operand signal(g);
  const Shape& shape = g.shape();
  const auto list = window_list(shape.n, g_at);
  for (const Part& part : split(*device_, shape, {forward, signal})) {
    const Binding mask = device_->bind(y.storage(), forward.range(part));
    const Binding own = device_->bind(g.storage(), signal.range(part));
    const int count = threads_of(part, shape);
    device_->run(Kernel::kReluBackward,
                 ReluBackwardParameters{count, part.first_item, part.first_channel, part.channels, shape.c, shape.h, shape.w, y.shape().h,
                                        y.shape().w, rule == Rule::kGuided, mask.at, own.at},
                 {mask, device_->bind(*list), own}, static_cast<std::size_t>(count));
  }
}

void OpenGlBackend::rectify(DeviceTensor& g) {
  for (const Chunk& chunk : split(*device_, 0, g.size())) {
    const Binding own = device_->bind(g.storage(), chunk.range());
    const int at = chunk.start(own);
    device_->run(Kernel::kRectify, ReluParameters{static_cast<int>(chunk.count), at, at}, {own}, chunk.count);
  }
}

void OpenGlBackend::do_max_pool(const DeviceTensor& x, const PoolSpec& spec, DeviceTensor& y, DeviceSwitches& switches) {
  const Operand in(x);
  const Operand out(y);
  const Shape& from = x.shape();
  const Shape& to = y.shape();
  for (const Part& part : split(*device_, to, {in, out})) {
    const Binding maps = device_->bind(x.storage(), in.range(part));
    const Binding pooled = device_->bind(y.storage(), out.range(part));
    const Binding taken = device_->bind(switches.storage(), out.range(part));
    const int count = threads_of(part, to);
    device_->run(Kernel::kMaxPool,
                 MaxPoolParameters{count, part.first_item * to.c + part.first_channel, from.h, from.w, to.h, to.w, spec.kernel, spec.stride,
                                   spec.pad, maps.at, pooled.at, taken.at},
                 {maps, pooled, taken}, static_cast<std::size_t>(count));
  }
}

void OpenGlBackend::do_unpool(const DeviceTensor& g, Windows g_at, const DeviceSwitches& switches, const PoolSpec& spec, Size plane,
                              Windows out_at, DeviceTensor& gx) {
  const Operand in(g);
  const Operand taken(switches, g_at);
  const Operand out(gx);
  const Shape& from = g.shape();
  const Shape& to = gx.shape();
  const auto list = window_list(to.n, g_at, out_at);
  for (const Part& part : split(*device_, to, {in, taken, out})) {
    const Binding signal = device_->bind(g.storage(), in.range(part));
    const Binding pools = device_->bind(switches.storage(), taken.range(part));
    const Binding result = device_->bind(gx.storage(), out.range(part));
    const int count = threads_of(part, to);
    const UnpoolParameters parameters{count,    part.first_item,    part.first_channel, part.channels, to.c,      from.h,
                                      from.w,   switches.shape().h, switches.shape().w, plane.h,       plane.w,   to.h,
                                      to.w,     spec.kernel,        spec.stride,        spec.pad,      signal.at, pools.at,
                                      result.at};
    device_->run(Kernel::kUnpool, parameters, {signal, pools, device_->bind(*list), result}, static_cast<std::size_t>(count));
  }
}

void OpenGlBackend::do_lrn(const DeviceTensor& x, const LrnSpec& spec, DeviceTensor& y) {
  const Operand in(x, {}, spec.size / 2);
  const Operand out(y);
  const Shape& shape = y.shape();
  for (const Part& part : split(*device_, shape, {in, out})) {
    const Binding from = device_->bind(x.storage(), in.range(part));
    const Binding to = device_->bind(y.storage(), out.range(part));
    const int count = threads_of(part, shape);
    device_->run(Kernel::kLrn,
                 LrnParameters{count, part.first_item, part.first_channel, part.channels, shape.c, shape.h, shape.w, shape.h, shape.w,
                               spec.size / 2, spec.alpha / static_cast<float>(spec.size), spec.beta, spec.k, from.at, 0, to.at},
                 {from, to}, static_cast<std::size_t>(count));
  }
}

void OpenGlBackend::do_lrn_backward(const DeviceTensor& x, const LrnSpec& spec, const DeviceTensor& g, Windows g_at, DeviceTensor& gx) {
  const Operand in(x, g_at, spec.size - 1);  // the neighbours' neighbours
  const Operand signal(g, {}, spec.size / 2);
  const Operand out(gx);
  const Shape& shape = gx.shape();
  const Shape& full = x.shape();
  const auto list = window_list(shape.n, g_at);
  for (const Part& part : split(*device_, shape, {in, signal, out})) {
    const Binding from = device_->bind(x.storage(), in.range(part));
    const Binding backward = device_->bind(g.storage(), signal.range(part));
    const Binding to = device_->bind(gx.storage(), out.range(part));
    const int count = threads_of(part, shape);
    device_->run(Kernel::kLrnBackward,
                 LrnParameters{count, part.first_item, part.first_channel, part.channels, shape.c, shape.h, shape.w, full.h, full.w,
                               spec.size / 2, spec.alpha / static_cast<float>(spec.size), spec.beta, spec.k, from.at, backward.at, to.at},
                 {from, to, backward, device_->bind(*list)}, static_cast<std::size_t>(count));
  }
}

void OpenGlBackend::do_softmax(const DeviceTensor& x, DeviceTensor& y) {
  // One map of an item is all of its maps here, for they are needed together.
  const Shape& shape = x.shape();
  const Shape items{shape.n, 1, shape.c, static_cast<int>(shape.plane())};
  const DeviceTensor in = view(x, items);
  const DeviceTensor out = view(y, items);
  const Operand both(in);
  for (const Part& part : split(*device_, items, {both})) {
    const Binding from = device_->bind(x.storage(), both.range(part));
    const Binding to = device_->bind(y.storage(), both.range(part));
    const int count = part.items * items.w;
    device_->run_groups(Kernel::kSoftmax, SoftmaxParameters{part.first_item * items.w, count, shape.c, items.w, from.at, to.at}, {from, to},
                        static_cast<std::size_t>(count));
  }
}

}  // namespace zf::opengl
