// Sums and products, with constants and of values; BatchNormalization.
#include <algorithm>
#include <array>
#include <cmath>

#include "core/exchange/onnx_lowering.h"
#include "core/tensor/error.h"

namespace zf::onnx {

namespace {

/// Values as they can be added or put behind each other: on layers, each seen through the same axes.
std::vector<Bound> alike(Lowering& net, const Node& node) {
  std::vector<Bound> values;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) values.push_back(net.input(node, i));
  const auto differs = [&](const Bound& value) {
    return value.view != values.front().view || !(net.shape(value.layer) == net.shape(values.front().layer));
  };
  if (std::any_of(values.begin(), values.end(), differs)) {
    for (Bound& value : values) value = net.with_roles(node, value);
  }
  if (std::any_of(values.begin(), values.end(), differs)) {
    fail("expected values of one shape, found {} and others", to_string(values.front().view.dims()));
  }
  return values;
}

void add_values(Lowering& net, const Node& node) {
  const std::vector<Bound> values = alike(net, node);
  if (values.size() == 1) return net.bind(node, values.front());
  std::vector<int> layers;
  for (const Bound& value : values) layers.push_back(value.layer);
  net.bind(node, {net.add(node, AddLayer{}, layers), values.front().view});
}

/// Maps times a value a map, whichever comes first.
void scale_maps(Lowering& net, const Node& node) {
  std::vector<Bound> values{net.with_roles(node, net.input(node, 0)), net.with_roles(node, net.input(node, 1))};
  if (net.shape(values[0].layer).plane() == 1) std::swap(values[0], values[1]);
  const Shape maps = net.shape(values[0].layer);
  const Shape factors = net.shape(values[1].layer);
  const std::vector<Role> of_maps = *values[0].view.roles(maps);
  const std::vector<Role> of_factors = *values[1].view.roles(factors);
  bool fits = factors == Shape{maps.n, maps.c, 1, 1} && of_maps.size() == of_factors.size();
  for (std::size_t i = 0; fits && i < of_maps.size(); ++i) fits = of_factors[i] == Role::kOne || of_factors[i] == of_maps[i];
  if (!fits) {
    fail("expected maps and a factor a map, found {} and {}", to_string(values[0].view.dims()), to_string(values[1].view.dims()));
  }
  net.bind(node, {net.add(node, ScaleMapsLayer{}, {values[0].layer, values[1].layer}), values[0].view});
}

/// The input that is a constant; -1 where both depend on the images.
int constant_input(Lowering& net, const Node& node) {
  if (node.inputs.size() != 2) fail("expected two inputs, found {}", node.inputs.size());
  return net.is_constant(node, 1) ? 1 : net.is_constant(node, 0) ? 0 : -1;
}

Operand operand(Lowering& net, const Node& node, int constant) {
  // Opset 6 and before said where the constant's first axis lies.
  std::optional<std::int64_t> first;
  if (node.attribute("axis") != nullptr) first = node.integer("axis", 0);
  return with_constant(net, node, net.input(node, static_cast<std::size_t>(1 - constant)),
                       net.constant(node, static_cast<std::size_t>(constant)), first);
}

void lower_add(Lowering& net, const Node& node) {
  const int constant = constant_input(net, node);
  if (constant < 0) return add_values(net, node);
  Operand x = operand(net, node, constant);
  net.bind(node, net.affine(node, x.value, {1}, std::move(x.numbers)));
}

void lower_sub(Lowering& net, const Node& node) {
  const int constant = constant_input(net, node);
  if (constant < 0) fail("expected a constant to take away, or to take from, found two values that depend on the images");
  Operand x = operand(net, node, constant);
  if (constant == 0) return net.bind(node, net.affine(node, x.value, {-1}, std::move(x.numbers)));
  for (float& number : x.numbers) number = -number;
  net.bind(node, net.affine(node, x.value, {1}, std::move(x.numbers)));
}

void lower_mul(Lowering& net, const Node& node) {
  const int constant = constant_input(net, node);
  if (constant < 0) return scale_maps(net, node);
  Operand x = operand(net, node, constant);
  net.bind(node, net.affine(node, x.value, std::move(x.numbers), {0}));
}

void lower_div(Lowering& net, const Node& node) {
  if (constant_input(net, node) != 1) fail("expected a constant as divisor, found a value that depends on the images");
  Operand x = operand(net, node, 1);
  for (float& number : x.numbers) number = 1 / number;
  net.bind(node, net.affine(node, x.value, std::move(x.numbers), {0}));
}

void lower_neg(Lowering& net, const Node& node) { net.bind(node, net.affine(node, net.with_roles(node, net.input(node, 0)), {-1}, {0})); }

/// (x - mean) / sqrt(variance + epsilon) * scale + shift
void lower_normalization(Lowering& net, const Node& node) {
  if (node.integer("training_mode", 0) != 0)
    fail("expected a network for inference, found statistics of the batch: export it after model.eval()");
  if (node.integer("spatial", 1) == 0) fail("expected statistics a map, found some an element");
  const Bound value = net.with_roles(node, net.input(node, 0));
  const std::vector<Role> roles = *value.view.roles(net.shape(value.layer));
  const bool has_maps = roles.size() >= 2 && (roles[1] == Role::kMap || roles[1] == Role::kOne);
  if (!has_maps) fail("expected maps along axis 1, found {}", to_string(value.view.dims()));
  const std::vector<float> scale = net.constant(node, 1).values();
  const std::vector<float> shift = net.constant(node, 2).values();
  const std::vector<float> mean = net.constant(node, 3).values();
  const std::vector<float> variance = net.constant(node, 4).values();
  const auto maps = static_cast<std::size_t>(net.shape(value.layer).c);
  for (const auto* values : {&scale, &shift, &mean, &variance}) {
    if (values->size() != maps) fail("expected {} values, one a map, found {}", maps, values->size());
  }
  const double epsilon = node.number("epsilon", 1e-5F);
  std::vector<float> factor;
  std::vector<float> summand;
  for (std::size_t i = 0; i < maps; ++i) {
    const double f = scale[i] / std::sqrt(variance[i] + epsilon);
    factor.push_back(static_cast<float>(f));
    summand.push_back(static_cast<float>(shift[i] - mean[i] * f));
  }
  net.bind(node, net.affine(node, value, std::move(factor), std::move(summand)));
}

/// Values one behind the other along their maps.
void lower_concat(Lowering& net, const Node& node) {
  std::vector<int> layers;
  std::vector<Role> roles;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const Bound value = net.with_roles(node, net.input(node, i));
    std::vector<Role> mine = *value.view.roles(net.shape(value.layer));
    const std::size_t axis = axis_of(node.integer("axis", 1), mine.size());
    if (mine[axis] == Role::kOne && net.shape(value.layer).c == 1) mine[axis] = Role::kMap;
    if (mine[axis] != Role::kMap) fail("expected maps along axis {}, found {}", axis, to_string(value.view.dims()));
    if (i > 0 && mine != roles) fail("expected values that lie alike, found {}", to_string(value.view.dims()));
    roles = std::move(mine);
    layers.push_back(value.layer);
  }
  if (layers.empty()) fail("expected inputs, found none");
  const int layer = layers.size() == 1 ? layers.front() : net.add(node, ConcatLayer{}, layers);
  net.bind(node, {layer, View::of(net.shape(layer), roles)});
}

}  // namespace

std::span<const Operator> arithmetic_operators() {
  static constexpr std::array kOperators = std::to_array<Operator>({{"Add", lower_add},
                                                                    {"Sum", add_values},
                                                                    {"Sub", lower_sub},
                                                                    {"Mul", lower_mul},
                                                                    {"Div", lower_div},
                                                                    {"Neg", lower_neg},
                                                                    {"BatchNormalization", lower_normalization},
                                                                    {"Concat", lower_concat}});
  return kOperators;
}

}  // namespace zf::onnx
