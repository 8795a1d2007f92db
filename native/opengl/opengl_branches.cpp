// Branches, other non-linearities, average pooling, and their backward forms.
#include <algorithm>
#include <limits>

#include "native/opengl/opengl.h"

namespace zf::opengl {

namespace {

struct MeetParameters {
  int count, first, shared_by, relu, a_at, b_at, y_at;
};

struct CopyMapsParameters {
  int count, first_item, first_channel, part_channels, plane, from, channels, to, y_channels, x_at, y_at;
};

struct ActivationParameters {
  int count, first_plane, channels, height, width, full_height, full_width, kind;
  float low, high, slope;
  int sloped, rectify, derive;
  int x_at, slopes_at, y_at;
};

struct AveragePoolParameters {
  int count, first_plane, height, width, out_height, out_width, kernel_h, kernel_w, stride, pad, count_pad, x_at, y_at;
};

struct AverageUnpoolParameters {
  int count, first_plane, channels, height, width, pools_height, pools_width, plane_height, plane_width, out_height, out_width;
  int kernel_h, kernel_w, stride, pad, count_pad, g_at, gx_at;
};

[[nodiscard]] int first_plane(const Part& part, const Shape& shape) { return part.first_item * shape.c + part.first_channel; }

/// An element of b for each of a.
void meet(Device& device, Kernel kernel, const DeviceTensor& a, const DeviceTensor& b, bool relu, const DeviceTensor& y) {
  for (const Chunk& chunk : split(device, 0, y.size())) {
    const Binding one = device.bind(a.storage(), chunk.range());
    const Binding other = device.bind(b.storage(), chunk.range());
    const Binding to = device.bind(y.storage(), chunk.range());
    const MeetParameters parameters{static_cast<int>(chunk.count), 0, 1, relu, chunk.start(one), chunk.start(other), chunk.start(to)};
    device.run(kernel, parameters, {one, other, to}, chunk.count);
  }
}

/// Kernels know no infinities, and no value is beyond these.
[[nodiscard]] float finite(float bound) {
  return std::clamp(bound, std::numeric_limits<float>::lowest(), std::numeric_limits<float>::max());
}

/// What all parts of a function at maps of such shapes share.
[[nodiscard]] ActivationParameters activation_of(const Activation& f, bool sloped, const Shape& shape, const Shape& full) {
  ActivationParameters parameters{};
  parameters.channels = shape.c;
  parameters.height = shape.h;
  parameters.width = shape.w;
  parameters.full_height = full.h;
  parameters.full_width = full.w;
  parameters.kind = static_cast<int>(f.kind);  // numbered alike in activation.comp
  parameters.low = finite(f.low);
  parameters.high = finite(f.high);
  parameters.slope = f.slope;
  parameters.sloped = sloped;
  return parameters;
}

void set_part(ActivationParameters& parameters, const Part& part, const Binding& x, const Binding& slopes, const Binding& y) {
  parameters.count = static_cast<int>(part.planes()) * parameters.height * parameters.width;
  parameters.first_plane = part.first_item * parameters.channels + part.first_channel;
  parameters.x_at = x.at;
  parameters.slopes_at = slopes.at;
  parameters.y_at = y.at;
}

/// How many elements the mean of a pool that holds an axis of a map wholly counts; 0 where the first pool does not hold it.
[[nodiscard]] int counted_by_one(const AveragePoolSpec& spec, int kernel, int size) {
  const int end = std::min(kernel - spec.pad, size + spec.pad);
  if (end < size) return 0;
  return spec.count_pad ? end + spec.pad : size;
}

}  // namespace

void OpenGlBackend::do_add(const DeviceTensor& a, const DeviceTensor& b, bool relu, DeviceTensor& y) {
  meet(*device_, Kernel::kAdd, a, b, relu, y);
}

void OpenGlBackend::do_multiply(const DeviceTensor& a, const DeviceTensor& b, DeviceTensor& y) {
  if (a.shape() == b.shape()) {
    meet(*device_, Kernel::kMultiply, a, b, false, y);
    return;
  }
  const Operand maps(a);
  const Operand factors(b);
  const Operand out(y);
  const Shape& shape = y.shape();
  for (const Part& part : split(*device_, shape, {maps, factors, out})) {
    const Binding from = device_->bind(a.storage(), maps.range(part));
    const Binding by = device_->bind(b.storage(), factors.range(part));
    const Binding to = device_->bind(y.storage(), out.range(part));
    const int count = threads_of(part, shape);
    device_->run(Kernel::kMultiply,
                 MeetParameters{count, first_plane(part, shape), static_cast<int>(shape.plane()), false, from.at, by.at, to.at},
                 {from, by, to}, static_cast<std::size_t>(count));
  }
}

void OpenGlBackend::do_copy_maps(const DeviceTensor& from, int first, int count, DeviceTensor& to, int to_first) {
  if (from.shape().n == 1) {
    Backend::do_copy_maps(from, first, count, to, to_first);  // one transfer
    return;
  }
  const Operand in(from);
  const Operand out(to);
  const Shape copied{from.shape().n, count, from.shape().h, from.shape().w};
  const auto moved = [](Part part, int by) {
    part.first_channel += by;
    return part;
  };
  // A part's ranges have the same length from whatever map on.
  for (const Part& part : split(*device_, copied, {in, out})) {
    const Binding x = device_->bind(from.storage(), in.range(moved(part, first)));
    const Binding y = device_->bind(to.storage(), out.range(moved(part, to_first)));
    const int threads = threads_of(part, copied);
    device_->run(Kernel::kCopyMaps,
                 CopyMapsParameters{threads, part.first_item, part.first_channel, part.channels, static_cast<int>(copied.plane()), first,
                                    from.shape().c, to_first, to.shape().c, x.at, y.at},
                 {x, y}, static_cast<std::size_t>(threads));
  }
}

// A kernel's binding of slopes, where there are none, or of what else it does not read, is another that it has.

void OpenGlBackend::do_activate(const DeviceTensor& x, const Activation& f, const DeviceTensor* slopes, DeviceTensor& y) {
  const Operand in(x);
  const Operand out(y);
  ActivationParameters parameters = activation_of(f, slopes != nullptr, y.shape(), x.shape());
  for (const Part& part : split(*device_, y.shape(), {in, out})) {
    const Binding from = device_->bind(x.storage(), in.range(part));
    const Binding leaks = slopes != nullptr ? device_->bind(slopes->storage()) : from;
    const Binding to = device_->bind(y.storage(), out.range(part));
    set_part(parameters, part, from, leaks, to);
    device_->run(Kernel::kActivate, parameters, {from, leaks, to}, static_cast<std::size_t>(parameters.count));
  }
}

void OpenGlBackend::do_activation_backward(Rule rule, const Activation& f, const DeviceTensor* slopes, const DeviceTensor& x, Windows g_at,
                                           DeviceTensor& g) {
  const bool derive = rule != Rule::kDeconvnet || !f.rectifies();
  const Operand signal(g);
  const Operand forward = derive ? Operand(x, g_at) : signal;
  const auto list = window_list(g.shape().n, derive ? g_at : Windows());
  ActivationParameters parameters = activation_of(f, slopes != nullptr, g.shape(), x.shape());
  parameters.rectify = f.rectifies() && rule != Rule::kGradient;
  parameters.derive = derive;
  for (const Part& part : split(*device_, g.shape(), {forward, signal})) {
    const Binding windows = device_->bind(*list);
    const Binding from = derive ? device_->bind(x.storage(), forward.range(part)) : windows;
    const Binding leaks = slopes != nullptr ? device_->bind(slopes->storage()) : windows;
    const Binding own = device_->bind(g.storage(), signal.range(part));
    set_part(parameters, part, from, leaks, own);
    device_->run(Kernel::kActivationBackward, parameters, {from, leaks, own, windows}, static_cast<std::size_t>(parameters.count));
  }
}

/// A pool of one window that holds the whole map is long, and many of them may be few threads: a group each.
void OpenGlBackend::do_average_pool(const DeviceTensor& x, const AveragePoolSpec& spec, DeviceTensor& y) {
  const Shape& from = x.shape();
  const Shape& to = y.shape();
  const int counted = counted_by_one(spec, spec.kernel.h, from.h) * counted_by_one(spec, spec.kernel.w, from.w);
  if (to.plane() == 1 && counted > 0) {
    sum_maps(x, 1.0F / static_cast<float>(counted), y);
    return;
  }
  const Operand in(x);
  const Operand out(y);
  for (const Part& part : split(*device_, to, {in, out})) {
    const Binding maps = device_->bind(x.storage(), in.range(part));
    const Binding pooled = device_->bind(y.storage(), out.range(part));
    const int count = threads_of(part, to);
    device_->run(Kernel::kAveragePool,
                 AveragePoolParameters{count, first_plane(part, to), from.h, from.w, to.h, to.w, spec.kernel.h, spec.kernel.w, spec.stride,
                                       spec.pad, spec.count_pad, maps.at, pooled.at},
                 {maps, pooled}, static_cast<std::size_t>(count));
  }
}

void OpenGlBackend::do_average_unpool(const DeviceTensor& g, Windows g_at, const AveragePoolSpec& spec, Size plane, Windows out_at,
                                      DeviceTensor& gx) {
  const Operand in(g);
  const Operand out(gx);
  const Shape& from = g.shape();
  const Shape& to = gx.shape();
  const Size pools{output_size(plane.h, spec.kernel.h, spec.stride, spec.pad, spec.ceil),
                   output_size(plane.w, spec.kernel.w, spec.stride, spec.pad, spec.ceil)};
  const auto list = window_list(to.n, g_at, out_at);
  for (const Part& part : split(*device_, to, {in, out})) {
    const Binding signal = device_->bind(g.storage(), in.range(part));
    const Binding result = device_->bind(gx.storage(), out.range(part));
    const int count = threads_of(part, to);
    const AverageUnpoolParameters parameters{
        count, first_plane(part, to), to.c,          from.h,      from.w,   pools.h,        pools.w,   plane.h,  plane.w, to.h,
        to.w,  spec.kernel.h,         spec.kernel.w, spec.stride, spec.pad, spec.count_pad, signal.at, result.at};
    device_->run(Kernel::kAverageUnpool, parameters, {signal, device_->bind(*list), result}, static_cast<std::size_t>(count));
  }
}

}  // namespace zf::opengl
