// Windows, changes and probes.
#include "native/opengl/opengl.h"

namespace zf::opengl {

namespace {

struct WindowsParameters {
  int count, first_item, first_channel, part_channels, channels, height, width, full_height, full_width, over_height, over_width;
  int kind, relu;
  float outside, soft_edge;
  int x_at, over_at, y_at;
};

struct ChannelsParameters {
  int first_plane, planes, size;
  float factor;
  int x_at, values_at, places_at;
};

/// What all parts of windows y of x share.
[[nodiscard]] WindowsParameters windows_of(const Shape& x, const Shape& y, Size over) {
  WindowsParameters parameters{};
  parameters.channels = y.c;
  parameters.height = y.h;
  parameters.width = y.w;
  parameters.full_height = x.h;
  parameters.full_width = x.w;
  parameters.over_height = over.h;
  parameters.over_width = over.w;
  return parameters;
}

void set_part(WindowsParameters& parameters, const Part& part, const Binding& x, const Binding& over, const Binding& y) {
  parameters.count = static_cast<int>(part.planes()) * parameters.height * parameters.width;
  parameters.first_item = part.first_item;
  parameters.first_channel = part.first_channel;
  parameters.part_channels = part.channels;
  parameters.x_at = x.at;
  parameters.over_at = over.at;
  parameters.y_at = y.at;
}

/// What a kernel of whole maps is told of a part of them.
[[nodiscard]] ChannelsParameters channels(const Shape& shape, const Part& part, float factor, int x_at, int values_at, int places_at) {
  return {part.first_item * shape.c + part.first_channel,
          static_cast<int>(part.planes()),
          static_cast<int>(shape.plane()),
          factor,
          x_at,
          values_at,
          places_at};
}

}  // namespace

void OpenGlBackend::do_windows(const DeviceTensor& x, Windows at, const Overlay& overlay, const DeviceTensor* changed, Windows changed_at,
                               DeviceTensor& y) {
  const Operand maps(x, at);
  const Operand out(y);
  // Without changes the kernel looks at none of a binding that it must have.
  const Operand over = changed == nullptr ? out : Operand(*changed);
  const auto list = window_list(y.shape().n, at, changed_at);
  WindowsParameters parameters = windows_of(x.shape(), y.shape(), changed == nullptr ? Size{} : changed->shape().map());
  parameters.kind = static_cast<int>(overlay.kind);
  parameters.relu = overlay.relu;
  parameters.outside = overlay.outside;
  for (const Part& part : split(*device_, y.shape(), {maps, over, out})) {
    const Binding from = device_->bind(x.storage(), maps.range(part));
    const Binding change = device_->bind(over.storage, over.range(part));
    const Binding to = device_->bind(y.storage(), out.range(part));
    set_part(parameters, part, from, change, to);
    device_->run(Kernel::kOverlay, parameters, {from, change, device_->bind(*list), to}, static_cast<std::size_t>(parameters.count));
  }
}

void OpenGlBackend::do_cover(const DeviceTensor& x, Windows at, const Square& square, Windows squares, DeviceTensor& y) {
  const Operand maps(x, at);
  const Operand out(y);
  const auto fill = list(std::span<const float>(square.fill));
  const auto places = window_list(y.shape().n, at, squares);
  WindowsParameters parameters = windows_of(x.shape(), y.shape(), {square.side, square.side});
  parameters.soft_edge = static_cast<float>(square.soft_edge);
  for (const Part& part : split(*device_, y.shape(), {maps, out})) {
    const Binding from = device_->bind(x.storage(), maps.range(part));
    const Binding to = device_->bind(y.storage(), out.range(part));
    set_part(parameters, part, from, device_->bind(*fill), to);
    device_->run(Kernel::kCover, parameters, {from, device_->bind(*fill), device_->bind(*places), to},
                 static_cast<std::size_t>(parameters.count));
  }
}

void OpenGlBackend::do_channel_max(const DeviceTensor& x, DeviceTensor& values, DeviceSwitches& places) {
  const Operand in(x);
  const Operand out(values);
  for (const Part& part : split(*device_, x.shape(), {in})) {
    const Binding maps = device_->bind(x.storage(), in.range(part));
    const Binding top = device_->bind(values.storage(), out.range(part));
    const Binding top_at = device_->bind(places.storage(), out.range(part));
    const ChannelsParameters parameters = channels(x.shape(), part, 1.0F, maps.at, top.at, top_at.at);
    device_->run_groups(Kernel::kChannelMax, parameters, {maps, top, top_at}, part.planes());
  }
}

void OpenGlBackend::do_channel_sum(const DeviceTensor& x, DeviceTensor& sums) { sum_maps(x, 1.0F, sums); }

void OpenGlBackend::sum_maps(const DeviceTensor& x, float factor, DeviceTensor& sums) {
  const Operand in(x);
  const Operand out(sums);
  for (const Part& part : split(*device_, x.shape(), {in})) {
    const Binding maps = device_->bind(x.storage(), in.range(part));
    const Binding sum = device_->bind(sums.storage(), out.range(part));
    const ChannelsParameters parameters = channels(x.shape(), part, factor, maps.at, sum.at, 0);
    device_->run_groups(Kernel::kChannelSum, parameters, {maps, sum}, part.planes());
  }
}

}  // namespace zf::opengl
