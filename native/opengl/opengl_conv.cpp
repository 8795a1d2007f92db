// Convolution and its transpose: implicit products in register tiles.
#include <numeric>

#include "native/opengl/filters.h"
#include "native/opengl/opengl.h"

namespace zf::opengl {

namespace {

constexpr int kPlaces = 8;  // of a thread

struct InterleaveParameters {
  int count, first_item, first_quad, part_quads, groups, group_channels, group_quads, places, x_at, y_at;
};

struct ConvParameters {
  int slots, places, tiles, first_tile, first_item, first_quad, quads, group_tiles, group_maps, group_quads, groups;
  int height, width, out_height, out_width, kernel_h, kernel_w, stride, pad, dilation;
  int more, biased, relu;
  int x_at, weights_at, biases_at, y_at;
};

struct ConvTransposeParameters {
  int slots, places, tiles, first_tile, first_item, first_quad, quads, group_tiles, group_quads, group_channels, groups;
  int height, width, out_height, out_width, phase_height, phase_width, kernel_h, kernel_w, stride, pad;
  int dilation, tap_step, g_step;
  int more;
  int g_at, weights_at, gx_at;
};

/// Weights that a fully connected layer may have, which are too many to be copied.
[[nodiscard]] bool may_be_fully_connected(const ConvSpec& spec) { return spec.stride == 1 && spec.pad == 0 && spec.groups == 1; }

/// Whether the kernel covers such maps, all of them at the place that it reads.
[[nodiscard]] bool covers(const ConvSpec& spec, const Shape& map) { return may_be_fully_connected(spec) && spec.covers(map.map()); }

[[nodiscard]] bool all_at_same(Windows a, Windows b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].y != b[i].y || a[i].x != b[i].x) return false;
  }
  return true;
}

}  // namespace

void OpenGlBackend::do_pack(const DeviceTensor& weight, const DeviceTensor& bias, const ConvSpec& spec, std::unique_ptr<Filters>& filters) {
  if (filters == nullptr) filters = std::make_unique<GlFilters>(spec, weight.shape().c * spec.groups);
  auto& own = static_cast<GlFilters&>(*filters);
  if (may_be_fully_connected(spec)) {
    own.weight = weight;
    own.bias = bias;
  } else {
    resize(own.weight, weight.shape());
    resize(own.bias, bias.shape());
    do_copy(weight.storage(), 0, own.weight.storage(), 0, weight.bytes());
    do_copy(bias.storage(), 0, own.bias.storage(), 0, bias.bytes());
  }
  own.forget_packed();
}

DeviceTensor OpenGlBackend::interleave(const DeviceTensor& x, int groups) {
  const Shape& in = x.shape();
  const int channels = in.c / groups;
  const int group_quads = quads_of(channels);
  DeviceTensor result;
  resize(result, {in.n, groups * group_quads, 4, static_cast<int>(in.plane())});
  const Operand out(result);
  for (const Part& part : split(*device_, result.shape(), {out})) {
    const int last = part.first_channel + part.channels - 1;
    const int first_channel = part.first_channel / group_quads * channels + part.first_channel % group_quads * 4;
    const int end_channel = last / group_quads * channels + std::min(last % group_quads * 4 + 4, channels);
    const auto plane_at = [&](int item, int channel) {
      return (static_cast<std::size_t>(item) * static_cast<std::size_t>(in.c) + static_cast<std::size_t>(channel)) * floats(in.plane());
    };
    const Binding from =
        device_->bind(x.storage(), {plane_at(part.first_item, first_channel), plane_at(part.first_item + part.items - 1, end_channel)});
    const Binding to = device_->bind(result.storage(), out.range(part), 4 * sizeof(float));
    const int count = static_cast<int>(part.planes() * in.plane());
    device_->run(Kernel::kInterleave,
                 InterleaveParameters{count, part.first_item, part.first_channel, part.channels, groups, channels, group_quads,
                                      static_cast<int>(in.plane()), from.at, to.at},
                 {from, to}, static_cast<std::size_t>(count));
  }
  return result;
}

void OpenGlBackend::do_conv(const DeviceTensor& x, const Filters& filters, int pad, Finish finish, DeviceTensor& y) {
  const auto& own = static_cast<const GlFilters&>(filters);
  const ConvSpec& spec = filters.spec();
  const Shape& in = x.shape();
  const Shape& out = y.shape();
  if (pad == 0 && covers(spec, in)) {
    linear(x, {}, filters, finish, y);
    return;
  }
  if (own.depthwise()) {
    depthwise(x, filters, pad, finish, y);
    return;
  }
  const Product product{.items = in.n,
                        .groups = spec.groups,
                        .depth = quads_of(own.group_channels()),
                        .outputs = own.group_maps(),
                        .tile = GlFilters::kTile,
                        .input = floats(4 * in.plane()),
                        .output = floats(out.plane()),
                        .row = floats(own.taps() * 4 * GlFilters::kTile),
                        .work = static_cast<double>(out.plane()) * own.taps() * 4 * GlFilters::kTile};
  const DeviceTensor quads = interleave(x, spec.groups);
  const Storage& weights = own.packed(device_);
  for (const Block& block : split(*device_, product)) {
    const Binding from = device_->bind(quads.storage(), block.input, 4 * sizeof(float));
    const Binding row = device_->bind(weights, block.weights, 4 * sizeof(float));
    const Binding bias = device_->bind(own.bias.storage());
    const Binding to = device_->bind(y.storage(), block.output);
    const int places = block.items * static_cast<int>(out.plane());
    const int slots = divide_up(places, kPlaces);
    const bool last = block.first_depth + block.depth == product.depth;
    const ConvParameters parameters{slots,
                                    places,
                                    block.tiles,
                                    block.first_tile,
                                    block.first_item,
                                    block.first_depth,
                                    block.depth,
                                    product.group_tiles(),
                                    own.group_maps(),
                                    product.depth,
                                    spec.groups,
                                    in.h,
                                    in.w,
                                    out.h,
                                    out.w,
                                    spec.kernel_h,
                                    spec.kernel_w,
                                    spec.stride,
                                    pad,
                                    spec.dilation,
                                    block.first_depth > 0,
                                    last && finish != Finish::kNothing,
                                    last && finish == Finish::kBiasAndRelu,
                                    from.at,
                                    row.at,
                                    bias.at,
                                    to.at};
    device_->run(Kernel::kConv, parameters, {from, row, bias, to}, static_cast<std::size_t>(slots) * static_cast<std::size_t>(block.tiles));
  }
}

void OpenGlBackend::do_conv_transpose(const DeviceTensor& g, Windows g_at, const Filters& filters, Windows out_at, DeviceTensor& gx) {
  const auto& own = static_cast<const GlFilters&>(filters);
  const ConvSpec& spec = filters.spec();
  const Shape& in = g.shape();
  const Shape& out = gx.shape();
  if (covers(spec, out) && in.plane() == 1 && all_at_same(g_at, out_at)) {
    linear_transpose(g, filters, gx);
    return;
  }
  if (own.depthwise()) {
    depthwise_transpose(g, g_at, filters, out_at, gx);
    return;
  }
  const int tile = own.transposed_tile();
  const int common = std::gcd(spec.stride, spec.dilation);
  const int phase_height = divide_up(out.h, spec.stride);
  const int phase_width = divide_up(out.w, spec.stride);
  const Product product{.items = in.n,
                        .groups = spec.groups,
                        .depth = quads_of(own.group_maps()),
                        .outputs = own.group_channels(),
                        .tile = tile,
                        .input = floats(4 * in.plane()),
                        .output = floats(out.plane()),
                        .row = floats(own.taps() * 4 * tile),
                        .work = static_cast<double>(phase_height) * phase_width * own.taps() * 4 * tile};
  const DeviceTensor quads = interleave(g, spec.groups);
  const Storage& weights = own.transposed(device_);
  const auto list = window_list(in.n, g_at, out_at);
  for (const Block& block : split(*device_, product)) {
    const Binding from = device_->bind(quads.storage(), block.input, 4 * sizeof(float));
    const Binding row = device_->bind(weights, block.weights, 4 * sizeof(float));
    const Binding to = device_->bind(gx.storage(), block.output);
    const int places = block.items * phase_height * phase_width;
    const int slots = divide_up(places, kPlaces);
    const ConvTransposeParameters parameters{slots,
                                             places,
                                             block.tiles,
                                             block.first_tile,
                                             block.first_item,
                                             block.first_depth,
                                             block.depth,
                                             product.group_tiles(),
                                             product.depth,
                                             own.group_channels(),
                                             spec.groups,
                                             in.h,
                                             in.w,
                                             out.h,
                                             out.w,
                                             phase_height,
                                             phase_width,
                                             spec.kernel_h,
                                             spec.kernel_w,
                                             spec.stride,
                                             spec.pad,
                                             spec.dilation,
                                             spec.stride / common,
                                             spec.dilation / common,
                                             block.first_depth > 0,
                                             from.at,
                                             row.at,
                                             to.at};
    device_->run(tile == 4 ? Kernel::kConvTransposeNarrow : Kernel::kConvTranspose, parameters, {from, row, device_->bind(*list), to},
                 static_cast<std::size_t>(slots) * static_cast<std::size_t>(block.tiles * spec.stride * spec.stride));
  }
}

}  // namespace zf::opengl
