// Layers that work on each element or on neighbours of it: activations, sums, normalisation, softmax.
#include <algorithm>
#include <array>

#include "core/exchange/caffe_lowering.h"
#include "core/io/quotable.h"
#include "core/tensor/error.h"

namespace zf::caffe {

namespace {

/// A layer that leaves the elements where they are.
void pointwise(Lowering& net, const Node& node, const LayerOp& op) {
  const Bound value = net.input(node, 0);
  net.bind(node, {net.add(node, op, {value.layer}), value.dims});
}

void lower_relu(Lowering& net, const Node& node) {
  const float slope = node.message->message("relu_param").number("negative_slope", 0);
  if (slope == 0) return pointwise(net, node, ReluLayer{});
  pointwise(net, node, ActivationLayer{{.kind = Activation::Kind::kLeakyRelu, .slope = slope}});
}

void lower_sigmoid(Lowering& net, const Node& node) { pointwise(net, node, ActivationLayer{{.kind = Activation::Kind::kSigmoid}}); }

void lower_tanh(Lowering& net, const Node& node) { pointwise(net, node, ActivationLayer{{.kind = Activation::Kind::kTanh}}); }

void lower_clip(Lowering& net, const Node& node) {
  const Message& param = node.message->message("clip_param");
  pointwise(net, node, ActivationLayer{{.kind = Activation::Kind::kClip, .low = param.number("min", 0), .high = param.number("max", 0)}});
}

void lower_dropout(Lowering& net, const Node& node) {
  pointwise(net, node, DropoutLayer{node.message->message("dropout_param").number("dropout_ratio", 0.5F)});
}

/// (shift + scale x)^power
void lower_power(Lowering& net, const Node& node) {
  const Message& param = node.message->message("power_param");
  const float power = param.number("power", 1);
  if (power != 1) fail("expected a power of 1, found {}", power);
  const Bound value = net.input(node, 0);
  const int below = net.as_maps(node, value);
  net.bind(node, {net.affine(node, below, {param.number("scale", 1)}, {param.number("shift", 0)}), value.dims});
}

void lower_softmax(Lowering& net, const Node& node) {
  const Bound& value = net.input(node, 0);
  const int axis = node.message->message("softmax_param").integer("axis", 1);
  if (axis_of(axis, value.dims.size()) != 1) fail("expected a softmax over axis 1, found axis {}", axis);
  if (value.dims.size() > 2 && net.shape(value.layer).plane() > 1) fail("expected scores of classes, found maps {}", to_string(value.dims));
  pointwise(net, node, SoftmaxLayer{});
}

void lower_lrn(Lowering& net, const Node& node) {
  const Message& param = node.message->message("lrn_param");
  const std::string region = param.text("norm_region", "ACROSS_CHANNELS");
  LrnSpec spec{param.integer("local_size", 5), param.number("alpha", 1), param.number("beta", 0.75F), param.number("k", 1)};
  spec.within = region == "WITHIN_CHANNEL";
  // Caffe counts from 1 within maps, whatever k says.
  if (spec.within) spec.k = 1;
  const Bound value = net.input(node, 0);
  const int below = net.as_maps(node, value);
  net.bind(node, {net.add(node, LrnLayer{spec}, {below}), value.dims});
}

/// Two bottoms, of which one is a value a map.
void lower_product(Lowering& net, const Node& node, std::vector<int> layers, const Dims& dims) {
  if (layers.size() == 2 && net.shape(layers[0]).plane() == 1) std::swap(layers[0], layers[1]);
  if (layers.size() != 2 || net.shape(layers[1]).plane() != 1) {
    fail("expected a product of maps with a value each, found one of {} bottoms of {}", layers.size(), to_string(dims));
  }
  net.bind(node, {net.add(node, ScaleMapsLayer{}, layers), dims});
}

void lower_eltwise(Lowering& net, const Node& node) {
  const Message& param = node.message->message("eltwise_param");
  const std::string operation = param.text("operation", "SUM");
  const std::vector<float> factors = param.numbers("coeff");
  if (operation != "SUM" && operation != "PROD") fail("expected SUM or PROD, found {}", quotable(operation));
  if (!factors.empty() && factors.size() != node.inputs.size()) {
    fail("expected a coeff for each of {} bottoms, found {}", node.inputs.size(), factors.size());
  }
  const Dims dims = net.input(node, 0).dims;
  std::vector<int> layers;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const Bound& value = net.input(node, i);
    if (value.dims != dims) fail("expected bottoms of one size, found {} and {}", to_string(dims), to_string(value.dims));
    const int layer = net.as_maps(node, value);
    const bool is_scaled = operation == "SUM" && !factors.empty() && factors[i] != 1;
    layers.push_back(is_scaled ? net.affine(part_of(node, "factor"), layer, {factors[i]}, {0}) : layer);
  }
  if (operation == "PROD") return lower_product(net, node, layers, dims);
  net.bind(node, {net.add(node, AddLayer{}, layers), dims});
}

}  // namespace

std::span<const LayerType> pointwise_types() {
  static constexpr std::array kTypes = std::to_array<LayerType>({{"ReLU", lower_relu},
                                                                 {"Sigmoid", lower_sigmoid},
                                                                 {"TanH", lower_tanh},
                                                                 {"Clip", lower_clip},
                                                                 {"Power", lower_power},
                                                                 {"LRN", lower_lrn},
                                                                 {"Eltwise", lower_eltwise},
                                                                 {"Dropout", lower_dropout},
                                                                 {"Softmax", lower_softmax}});
  return kTypes;
}

}  // namespace zf::caffe
