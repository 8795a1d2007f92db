// Non-linearities, LRN, softmax.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/exchange/onnx_lowering.h"
#include "core/tensor/error.h"

namespace zf::onnx {

namespace {

constexpr float kNone = std::numeric_limits<float>::infinity();

void bind_pointwise(Lowering& net, const Node& node, LayerOp op) { net.bind(node, net.pointwise(node, std::move(op), net.input(node, 0))); }

template <Activation::Kind kKind>
void lower_activation(Lowering& net, const Node& node) {
  bind_pointwise(net, node, ActivationLayer{{.kind = kKind}});
}

void lower_relu(Lowering& net, const Node& node) { bind_pointwise(net, node, ReluLayer{}); }

void lower_leaky(Lowering& net, const Node& node) {
  bind_pointwise(net, node, ActivationLayer{{.kind = Activation::Kind::kLeakyRelu, .slope = node.number("alpha", 0.01F)}});
}

void lower_gelu(Lowering& net, const Node& node) {
  if (node.text("approximate", "none") != "none") fail("expected the exact function, found an approximation");
  lower_activation<Activation::Kind::kGelu>(net, node);
}

/// A bound of a Clip: an attribute, or from opset 11 on an input.
float bound_of(Lowering& net, const Node& node, std::size_t input, std::string_view key, float none) {
  if (!net.has(node, input)) return node.number(key, none);
  const std::vector<float> values = net.constant(node, input).values();
  if (values.size() != 1) fail("expected one number as bound, found {}", values.size());
  return values.front();
}

/// Exporters write the largest float for no bound.
float or_none(float bound, float sign) {
  const bool is_none = bound * sign >= std::numeric_limits<float>::max();
  return is_none ? sign * kNone : bound;
}

void lower_clip(Lowering& net, const Node& node) {
  const float low = or_none(bound_of(net, node, 1, "min", -kNone), -1);
  const float high = or_none(bound_of(net, node, 2, "max", kNone), 1);
  if (low == -kNone && high == kNone) return net.bind(node, net.input(node, 0));
  if (low == 0 && high == kNone) return lower_relu(net, node);
  bind_pointwise(net, node, ActivationLayer{{.kind = Activation::Kind::kClip, .low = low, .high = high}});
}

/// max(0, min(1, alpha x + beta)): ours where alpha is 1/6 and beta 1/2, else a clipped factor and summand.
void lower_hard_sigmoid(Lowering& net, const Node& node) {
  const float alpha = node.number("alpha", 0.2F);
  const float beta = node.number("beta", 0.5F);
  constexpr float kRounding = 1e-6F;  // of a sixth as exporters write it
  if (std::abs(alpha - 1.0F / 6) < kRounding && beta == 0.5F) return lower_activation<Activation::Kind::kHardSigmoid>(net, node);
  const Bound scaled = net.affine(node, net.with_roles(node, net.input(node, 0)), {alpha}, {beta});
  net.bind(node, net.pointwise(node, ActivationLayer{{.kind = Activation::Kind::kClip, .low = 0, .high = 1}}, scaled));
}

void lower_prelu(Lowering& net, const Node& node) {
  const Array& slope = net.constant(node, 1);
  // Opset 6 and before had a slope a map as a row.
  constexpr int kOpsetOfBroadcasting = 7;
  const bool is_row = net.graph().opset() < kOpsetOfBroadcasting && slope.dims.size() == 1;
  Operand x = with_constant(net, node, net.input(node, 0), slope, is_row ? std::optional<std::int64_t>(1) : std::nullopt);
  if (x.numbers.size() == 1) {
    return bind_pointwise(net, node, ActivationLayer{{.kind = Activation::Kind::kLeakyRelu, .slope = x.numbers.front()}});
  }
  const Bound result = net.pointwise(node, ActivationLayer{{.kind = Activation::Kind::kLeakyRelu}, true}, x.value);
  net.set(result.layer, "slope", {1, net.shape(result.layer).c, 1, 1}, std::move(x.numbers));
  net.bind(node, result);
}

void lower_lrn(Lowering& net, const Node& node) {
  const Bound value = net.as_maps(node, net.input(node, 0));
  const auto size = static_cast<int>(std::clamp<std::int64_t>(node.integer("size", 0), 0, 1 << 20));
  const LrnLayer layer{{size, node.number("alpha", 1e-4F), node.number("beta", 0.75F), node.number("bias", 1)}};
  net.bind(node, net.added(node, layer, {value.layer}));
}

/// Over all that an item has. LogSoftmax names the same classes with the same probabilities.
void lower_softmax(Lowering& net, const Node& node) {
  constexpr int kOpsetOfOneAxis = 13;
  const Bound& given = net.input(node, 0);
  const Dims dims = given.view.dims();
  const bool one_axis = net.graph().opset() >= kOpsetOfOneAxis;
  const std::size_t axis = axis_of(node.integer("axis", one_axis ? -1 : 1), dims.size());
  std::int64_t over = 1;
  for (std::size_t i = axis; i < (one_axis ? axis + 1 : dims.size()); ++i) over *= dims[i];
  const auto all = static_cast<std::int64_t>(net.shape(given.layer).item());
  if (over != all) fail("expected a softmax over all {} values of an item, found one over {}", all, over);
  const Bound scores = net.as_vector(node, given);
  const int layer = net.add(node, SoftmaxLayer{}, {scores.layer});
  net.bind(node, {layer, View::of(net.shape(layer), {Role::kItem, Role::kMap}).reshaped(dims)});
}

}  // namespace

std::span<const Operator> pointwise_operators() {
  static constexpr std::array kOperators = std::to_array<Operator>({{"Relu", lower_relu},
                                                                    {"LeakyRelu", lower_leaky},
                                                                    {"PRelu", lower_prelu},
                                                                    {"Clip", lower_clip},
                                                                    {"Sigmoid", lower_activation<Activation::Kind::kSigmoid>},
                                                                    {"Tanh", lower_activation<Activation::Kind::kTanh>},
                                                                    {"HardSigmoid", lower_hard_sigmoid},
                                                                    {"HardSwish", lower_activation<Activation::Kind::kHardSwish>},
                                                                    {"Gelu", lower_gelu},
                                                                    {"LRN", lower_lrn},
                                                                    {"Softmax", lower_softmax},
                                                                    {"LogSoftmax", lower_softmax}});
  return kOperators;
}

}  // namespace zf::onnx
