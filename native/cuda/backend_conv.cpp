// Convolutions as products of matrices: columns of the input, gathered in bounded memory, times the weights as they are. Depthwise ones,
// whose products would have a row or few, are kernels of their own.
#include <algorithm>

#include "native/cuda/device_backend.h"
#include "native/cuda/tensors.h"

namespace zf::cuda {

/// Weights (maps, channels/groups, kernel_h, kernel_w) as they came: their own copy, or the tensor's memory where the layer may be a
/// fully connected one, whose weights are many.
class DeviceBackend::DeviceFilters final : public Filters {
 public:
  using Filters::Filters;
  DeviceTensor weight;
  DeviceTensor bias;
};

/// A convolution of maps `in` to h x w outputs.
struct DeviceBackend::Conv {
  ConvSpec spec;
  int pad;
  Maps in;
  int h;
  int w;

  [[nodiscard]] std::size_t plane() const { return static_cast<std::size_t>(h) * static_cast<std::size_t>(w); }
  /// Weights of a filter.
  [[nodiscard]] std::size_t depth() const {
    return static_cast<std::size_t>(in.c / spec.groups) * static_cast<std::size_t>(spec.kernel_h) * static_cast<std::size_t>(spec.kernel_w);
  }
  [[nodiscard]] std::size_t maps() const { return static_cast<std::size_t>(spec.maps / spec.groups); }
  /// Floats of an item's columns, over all groups.
  [[nodiscard]] std::size_t column_item() const { return depth() * static_cast<std::size_t>(spec.groups) * plane(); }
  [[nodiscard]] std::size_t output_item() const { return static_cast<std::size_t>(spec.maps) * plane(); }
  /// Whether each filter reads the whole input once, so that items are columns already.
  [[nodiscard]] bool connected() const { return spec.groups == 1 && pad == 0 && spec.covers({in.h, in.w}) && h == 1 && w == 1; }

  /// Whether each map of the input has filters of its own.
  [[nodiscard]] bool depthwise() const { return spec.groups > 1 && spec.groups == in.c; }
  [[nodiscard]] Maps out() const { return {in.n, spec.maps, h, w}; }

  [[nodiscard]] ToColumns to_columns(const float* x, int items, float* columns) const {
    Maps maps = in;
    maps.n = items;
    return {x, maps, kernel_of(spec, pad), columns, h, w};
  }
  [[nodiscard]] ItemsInside items_inside(const float* g, int items, float* to) const {
    return {g, items, spec.maps, static_cast<int>(plane()), to};
  }
};

void DeviceBackend::do_pack(const DeviceTensor& weight, const DeviceTensor& bias, const ConvSpec& spec, std::unique_ptr<Filters>& filters) {
  if (filters == nullptr) filters = std::make_unique<DeviceFilters>(spec, weight.shape().c * spec.groups);
  auto& own = static_cast<DeviceFilters&>(*filters);
  if (spec.stride == 1 && spec.pad == 0 && spec.groups == 1) {
    own.weight = weight;
    own.bias = bias;
    return;
  }
  resize(own.weight, weight.shape());
  resize(own.bias, bias.shape());
  device_->copy(data(weight), data(own.weight), weight.bytes());
  device_->copy(data(bias), data(own.bias), bias.bytes());
}

void DeviceBackend::do_conv(const DeviceTensor& x, const Filters& filters, int pad, Finish finish, DeviceTensor& y) {
  const auto& own = static_cast<const DeviceFilters&>(filters);
  const Conv conv{filters.spec(), pad, maps_of(x.shape()), y.shape().h, y.shape().w};
  const std::size_t depth = conv.depth();
  FinishSums sums{data(y),
                  false,
                  finish == Finish::kNothing ? nullptr : data(own.bias),
                  finish == Finish::kBiasAndRelu,
                  data(y),
                  conv.in.n,
                  conv.spec.maps,
                  static_cast<int>(conv.plane())};
  if (conv.connected() && conv.in.n == 1) {
    return device_->launch(conv.maps(), Connect{{data(x), data(own.weight), depth, sums.bias, sums.relu, data(y)}});
  }
  if (conv.depthwise()) {
    const DepthwiseConv kernel{data(x), conv.in, kernel_of(conv.spec, pad), data(own.weight), sums.bias, sums.relu, data(y), conv.out()};
    return device_->launch(kernel.strips().size(), kernel);
  }
  if (conv.connected()) {
    device_->multiply({.rows = conv.in.n,
                       .columns = conv.spec.maps,
                       .inner = static_cast<int>(depth),
                       .a = {data(x), depth},
                       .b = {data(own.weight), depth, 0, true},
                       .c = {data(y), conv.maps()}});
    finish_sums(sums);
    return;
  }
  const int at_once = items_at_once(conv.column_item(), conv.in.n);
  for (int first = 0; first < conv.in.n; first += at_once) {
    sums.items = std::min(at_once, conv.in.n - first);
    const std::size_t columns = static_cast<std::size_t>(sums.items) * conv.plane();
    auto* taken = columns_.take<float>(depth * static_cast<std::size_t>(conv.spec.groups) * columns);
    device_->launch(static_cast<std::size_t>(conv.in.c) * columns,
                    conv.to_columns(data(x) + static_cast<std::size_t>(first) * conv.in.item(), sums.items, taken));
    sums.y = data(y) + static_cast<std::size_t>(first) * conv.output_item();
    sums.items_inside = sums.items > 1;
    auto* products = sums.items_inside ? products_.take<float>(static_cast<std::size_t>(conv.spec.maps) * columns) : sums.y;
    sums.sums = products;
    device_->multiply({.rows = static_cast<int>(conv.maps()),
                       .columns = static_cast<int>(columns),
                       .inner = static_cast<int>(depth),
                       .a = {data(own.weight), depth, conv.maps() * depth},
                       .b = {taken, columns, depth * columns},
                       .c = {products, columns, conv.maps() * columns},
                       .count = conv.spec.groups});
    finish_sums(sums);
  }
}

void DeviceBackend::finish_sums(const FinishSums& sums) {
  const bool nothing = !sums.items_inside && sums.bias == nullptr && !sums.relu;
  if (nothing) return;
  device_->launch(static_cast<std::size_t>(sums.items) * static_cast<std::size_t>(sums.maps) * static_cast<std::size_t>(sums.plane), sums);
}

void DeviceBackend::do_linear_differences(const DeviceTensor& x, Window at, const Filters& filters, DeviceTensor& y) {
  const auto& own = static_cast<const DeviceFilters&>(filters);
  const ConvSpec& spec = filters.spec();
  const Maps weight = maps_of(own.weight.shape());
  const std::size_t depth = x.shape().item();
  const bool whole = depth == weight.item();
  const int at_once = whole ? spec.maps : items_at_once(depth, spec.maps);
  for (int first = 0; first < spec.maps; first += at_once) {
    const int maps = std::min(at_once, spec.maps - first);
    const float* read = data(own.weight) + static_cast<std::size_t>(first) * weight.item();
    if (!whole) {
      const Maps window{maps, weight.c, x.shape().h, x.shape().w};
      auto* cropped = columns_.take<float>(window.size());
      device_->launch(window.size(), Crop{read, weight, at.y, at.x, cropped, window});
      read = cropped;
    }
    device_->multiply({.rows = x.shape().n,
                       .columns = maps,
                       .inner = static_cast<int>(depth),
                       .a = {data(x), depth},
                       .b = {read, depth, 0, true},
                       .c = {data(y) + first, static_cast<std::size_t>(spec.maps)}});
  }
}

void DeviceBackend::do_conv_transpose(const DeviceTensor& g, Windows g_at, const Filters& filters, Windows out_at, DeviceTensor& gx) {
  const auto& own = static_cast<const DeviceFilters&>(filters);
  const Conv conv{filters.spec(), filters.spec().pad, maps_of(gx.shape()), g.shape().h, g.shape().w};
  const std::size_t depth = conv.depth();
  const bool aligned = std::equal(g_at.begin(), g_at.end(), out_at.begin(), [&](const Window& from, const Window& to) {
    return to.y == from.y * conv.spec.stride && to.x == from.x * conv.spec.stride;
  });
  if (conv.connected() && aligned) {
    device_->multiply({.rows = conv.in.n,
                       .columns = static_cast<int>(depth),
                       .inner = conv.spec.maps,
                       .a = {data(g), conv.maps()},
                       .b = {data(own.weight), depth},
                       .c = {data(gx), depth}});
    return;
  }
  const Place* from = hold(places_, g_at);
  const Place* to = hold(others_, out_at);
  if (conv.depthwise()) {
    return device_->launch(
        gx.size(), DepthwiseTranspose{data(g), conv.out(), from, kernel_of(conv.spec, conv.pad), data(own.weight), to, data(gx), conv.in});
  }
  const int at_once = items_at_once(conv.column_item(), conv.in.n);
  for (int first = 0; first < conv.in.n; first += at_once) {
    const int items = std::min(at_once, conv.in.n - first);
    const std::size_t columns = static_cast<std::size_t>(items) * conv.plane();
    auto* taken = columns_.take<float>(depth * static_cast<std::size_t>(conv.spec.groups) * columns);
    device_->multiply({.rows = static_cast<int>(depth),
                       .columns = static_cast<int>(columns),
                       .inner = static_cast<int>(conv.maps()),
                       .a = {data(own.weight), depth, conv.maps() * depth, true},
                       .b = {signal_of(conv, g, first, items), columns, conv.maps() * columns},
                       .c = {taken, columns, depth * columns},
                       .count = conv.spec.groups});
    Maps out = conv.in;
    out.n = items;
    device_->launch(out.size(), FromColumns{taken, kernel_of(conv.spec, conv.pad), conv.h, conv.w, from, to, first,
                                            data(gx) + static_cast<std::size_t>(first) * conv.in.item(), out});
  }
}

/// Items of a signal as (maps, items, plane).
const float* DeviceBackend::signal_of(const Conv& conv, const DeviceTensor& g, int first, int items) {
  const float* from = data(g) + static_cast<std::size_t>(first) * conv.output_item();
  if (items == 1) return from;
  const std::size_t count = static_cast<std::size_t>(items) * conv.output_item();
  auto* signal = products_.take<float>(count);
  device_->launch(count, conv.items_inside(from, items, signal));
  return signal;
}

void DeviceBackend::do_conv_weight_gradient(const DeviceTensor& x, const DeviceTensor& g, const ConvSpec& spec, DeviceTensor& weight,
                                            DeviceTensor& bias) {
  const Conv conv{spec, spec.pad, maps_of(x.shape()), g.shape().h, g.shape().w};
  const std::size_t depth = conv.depth();
  device_->launch(bias.size(), MapSum{{data(g), conv.plane(), conv.in.n, conv.output_item(), 1.0F, data(bias)}});
  if (conv.in.n == 0) return device_->launch(weight.size(), Fill{data(weight), 0.0F});
  if (conv.connected()) {
    device_->multiply({.rows = spec.maps,
                       .columns = static_cast<int>(depth),
                       .inner = conv.in.n,
                       .a = {data(g), conv.maps(), 0, true},
                       .b = {data(x), depth},
                       .c = {data(weight), depth}});
    return;
  }
  if (conv.depthwise()) {
    return device_->launch(weight.size(),
                           DepthwiseGradient{{data(x), conv.in, data(g), conv.out(), kernel_of(spec, spec.pad), data(weight)}});
  }
  const int at_once = items_at_once(conv.column_item(), conv.in.n);
  for (int first = 0; first < conv.in.n; first += at_once) {
    const int items = std::min(at_once, conv.in.n - first);
    const std::size_t columns = static_cast<std::size_t>(items) * conv.plane();
    auto* taken = columns_.take<float>(depth * static_cast<std::size_t>(spec.groups) * columns);
    device_->launch(static_cast<std::size_t>(conv.in.c) * columns,
                    conv.to_columns(data(x) + static_cast<std::size_t>(first) * conv.in.item(), items, taken));
    device_->multiply({.rows = static_cast<int>(conv.maps()),
                       .columns = static_cast<int>(depth),
                       .inner = static_cast<int>(columns),
                       .a = {signal_of(conv, g, first, items), columns, conv.maps() * columns},
                       .b = {taken, columns, depth * columns, true},
                       .c = {data(weight), depth, conv.maps() * depth},
                       .add = first > 0,
                       .count = spec.groups});
  }
}

}  // namespace zf::cuda
