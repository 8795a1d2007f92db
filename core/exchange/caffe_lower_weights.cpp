// Layers with weights: Convolution, InnerProduct, BatchNorm, Scale, Bias, PReLU.
#include <array>
#include <cmath>

#include "core/exchange/caffe_lowering.h"
#include "core/tensor/error.h"

namespace zf::caffe {

namespace {

/// The blob behind the weights, where the layer has a bias.
void set_bias(Lowering& net, const Node& node, int layer, int maps) { net.set_weights(layer, "bias", {1, maps, 1, 1}, node, 1, {maps}); }

/// A kernel of any form that covers the maps: a fully connected layer.
bool is_linear(const Sides& kernel, const Sides& pad, const ConvLayer& conv, const Shape& in) {
  return !kernel.is_square() && Size{kernel.h, kernel.w} == in.map() && pad.h == 0 && pad.w == 0 && conv.groups == 1 && conv.dilation == 1;
}

void lower_convolution(Lowering& net, const Node& node) {
  const Message& param = node.message->message("convolution_param");
  const Sides kernel = sides_of(param, "kernel_size", "kernel", 0);
  const Sides stride = sides_of(param, "stride", "stride", 1);
  const Sides pad = sides_of(param, "pad", "pad", 0);
  const Sides dilation = sides_of(param, "dilation", "dilation", 1);
  int below = net.as_maps(node, net.input(node, 0));
  ConvLayer conv{.maps = param.integer("num_output", 0),
                 .kernel = kernel.h,
                 .stride = stride.h,
                 .pad = pad.h,
                 .groups = param.integer("group", 1),
                 .dilation = dilation.h,
                 .bias = param.flag("bias_term", true)};
  LayerOp op = conv;
  if (is_linear(kernel, pad, conv, net.shape(below))) {
    op = LinearLayer{conv.maps, conv.bias};
  } else if (!kernel.is_square() || !stride.is_square() || !dilation.is_square()) {
    fail("expected a kernel, stride and dilation alike along both axes, found {}x{}, {}x{} and {}x{}", kernel.h, kernel.w, stride.h,
         stride.w, dilation.h, dilation.w);
  } else if (!pad.is_square()) {
    below = net.add(part_of(node, "pad"), PadLayer{pad.h, pad.w, pad.h, pad.w}, {below});
    conv.pad = 0;
    op = conv;
  }
  const Bound result = net.added(node, op, {below});
  const Shape weight = weight_shape(op, net.shape(below));
  net.set_weights(result.layer, "weight", weight, node, 0, {weight.n, weight.c, weight.h, weight.w});
  if (conv.bias) set_bias(net, node, result.layer, conv.maps);
  net.bind(node, result);
}

std::vector<float> transposed(const std::vector<float>& values, std::size_t rows) {
  const std::size_t columns = values.size() / rows;
  std::vector<float> turned(values.size());
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) turned[column * rows + row] = values[row * columns + column];
  }
  return turned;
}

void lower_inner_product(Lowering& net, const Node& node) {
  const Message& param = node.message->message("inner_product_param");
  const Bound& value = net.input(node, 0);
  if (axis_of(param.integer("axis", 1), value.dims.size()) != 1) fail("expected axis 1, found {}", param.integer("axis", 1));
  const LinearLayer linear{param.integer("num_output", 0), param.flag("bias_term", true)};
  const Shape in = net.shape(value.layer);
  const int layer = net.add(node, linear, {value.layer});
  const auto inputs = static_cast<std::int64_t>(in.item());
  const Shape weight = weight_shape(linear, in);
  if (param.flag("transpose", false)) {
    net.set(layer, "weight", weight, transposed(net.weights(node, 0, {inputs, linear.units}), in.item()));
  } else {
    net.set_weights(layer, "weight", weight, node, 0, {linear.units, inputs});
  }
  if (linear.bias) set_bias(net, node, layer, linear.units);
  net.bind(node, {layer, {1, linear.units}});
}

/// Mean and variance are sums that the third blob divides.
void lower_batch_norm(Lowering& net, const Node& node) {
  const Bound value = net.input(node, 0);
  const int maps = net.as_maps(node, value);
  const int count = net.shape(maps).c;
  const std::vector<float> mean = net.weights(node, 0, {count});
  const std::vector<float> variance = net.weights(node, 1, {count});
  const double sum = net.weights(node, 2, {1}).front();
  const double factor = sum == 0 ? 0 : 1 / sum;
  const float epsilon = node.message->message("batch_norm_param").number("eps", 1e-5F);
  std::vector<float> scale;
  std::vector<float> shift;
  for (std::size_t c = 0; c < mean.size(); ++c) {
    const double deviation = std::sqrt(variance[c] * factor + epsilon);
    scale.push_back(static_cast<float>(1 / deviation));
    shift.push_back(static_cast<float>(-mean[c] * factor / deviation));
  }
  net.bind(node, {net.affine(node, maps, std::move(scale), std::move(shift)), value.dims});
}

/// Maps times a value of the second bottom each, as squeeze and excitation has them.
void lower_scaled_maps(Lowering& net, const Node& node, const Message& param) {
  const Bound value = net.input(node, 0);
  const Bound& factors = net.input(node, 1);
  const int below = net.as_maps(node, value);
  const Dims a_map{1, net.shape(below).c};
  if (axis_of(param.integer("axis", 1), value.dims.size()) != 0 || factors.dims != a_map || param.flag("bias_term", false)) {
    fail("expected weights, or axis 0 and a second bottom of {} without a bias, found axis {} and {}", to_string(a_map),
         param.integer("axis", 1), to_string(factors.dims));
  }
  const int by = net.as_maps(node, factors);
  net.bind(node, {net.add(node, ScaleMapsLayer{}, {below, by}), value.dims});
}

/// Weights of a Scale or Bias: one a map, or one for all.
std::vector<float> map_weights(const Lowering& net, const Node& node, const Message& param, std::size_t blob, const Bound& value,
                               int maps) {
  const int axes = param.integer("num_axes", 1);
  if (axes == 0) return net.weights(node, blob, {1});
  const bool is_vector = value.dims.size() == 2;
  if (axis_of(param.integer("axis", 1), value.dims.size()) != 1 || (axes != 1 && !(axes == -1 && is_vector))) {
    fail("expected a value a map, which are axis 1, found {} axes from {}", axes, param.integer("axis", 1));
  }
  return net.weights(node, blob, {maps});
}

void lower_scale(Lowering& net, const Node& node) {
  const Message& param = node.message->message("scale_param");
  if (node.inputs.size() > 1) return lower_scaled_maps(net, node, param);
  const Bound value = net.input(node, 0);
  const int below = net.as_maps(node, value);
  const int maps = net.shape(below).c;
  std::vector<float> scale = map_weights(net, node, param, 0, value, maps);
  std::vector<float> shift{0};
  if (param.flag("bias_term", false)) shift = map_weights(net, node, param, 1, value, maps);
  net.bind(node, {net.affine(node, below, std::move(scale), std::move(shift)), value.dims});
}

void lower_bias(Lowering& net, const Node& node) {
  if (node.inputs.size() > 1) fail("expected one bottom, found {}", node.inputs.size());
  const Bound value = net.input(node, 0);
  const int below = net.as_maps(node, value);
  std::vector<float> shift = map_weights(net, node, node.message->message("bias_param"), 0, value, net.shape(below).c);
  net.bind(node, {net.affine(node, below, {1}, std::move(shift)), value.dims});
}

void lower_prelu(Lowering& net, const Node& node) {
  const Bound value = net.input(node, 0);
  Activation spec{.kind = Activation::Kind::kLeakyRelu};
  if (node.message->message("prelu_param").flag("channel_shared", false)) {
    spec.slope = net.weights(node, 0, {1}).front();
    return net.bind(node, {net.add(node, ActivationLayer{spec}, {value.layer}), value.dims});
  }
  const int below = net.as_maps(node, value);
  const int maps = net.shape(below).c;
  const int layer = net.add(node, ActivationLayer{spec, true}, {below});
  net.set_weights(layer, "slope", {1, maps, 1, 1}, node, 0, {maps});
  net.bind(node, {layer, value.dims});
}

}  // namespace

std::span<const LayerType> weight_types() {
  static constexpr std::array kTypes = std::to_array<LayerType>({{"Convolution", lower_convolution},
                                                                 {"InnerProduct", lower_inner_product},
                                                                 {"BatchNorm", lower_batch_norm},
                                                                 {"Scale", lower_scale},
                                                                 {"Bias", lower_bias},
                                                                 {"PReLU", lower_prelu}});
  return kTypes;
}

}  // namespace zf::caffe
