#include "core/exchange/onnx_lowering.h"

#include <algorithm>
#include <cmath>

#include "core/exchange/onnx_lower.h"
#include "core/io/quotable.h"
#include "core/tensor/error.h"

namespace zf::onnx {

namespace {

constexpr int kMostSide = 1 << 14;

/// The images as our networks take them, where the file has them as (N, C, H, W) or (N, H, W, C).
Shape picture_of(const Dims& dims, bool maps_last) {
  for (const std::int64_t dim : dims) {
    if (dim > kMostSide) fail("expected images of at most {0} x {0} pixels, found {1}", kMostSide, to_string(dims));
  }
  const auto at = [&](std::size_t i) { return static_cast<int>(dims[i]); };
  return maps_last ? Shape{at(0), at(3), at(1), at(2)} : Shape{at(0), at(1), at(2), at(3)};
}

/// Whether a layer's output is at least 0 whatever it reads; else it is where what it reads is, if `keeps`.
struct Sign {
  bool always = false;
  bool keeps = false;
};

Sign sign_of(const LayerOp& op) {
  return std::visit(Match{[](const ReluLayer&) {
                            return Sign{true, true};
                          },
                          [](const SoftmaxLayer&) {
                            return Sign{true, true};
                          },
                          [](const ActivationLayer& layer) {
                            const Activation& spec = layer.spec;
                            const bool squashes = spec.kind == Activation::Kind::kSigmoid || spec.kind == Activation::Kind::kHardSigmoid;
                            return Sign{squashes || (spec.kind == Activation::Kind::kClip && spec.low >= 0), false};
                          },
                          [](const OneOf<MaxPoolLayer, AveragePoolLayer, GlobalAveragePoolLayer, LrnLayer, DropoutLayer, AddLayer,
                                         ConcatLayer, ScaleMapsLayer, PermuteMapsLayer, PadLayer, FlattenLayer> auto&) {
                            return Sign{false, true};
                          },
                          [](const OneOf<ConvLayer, LinearLayer, AffineLayer> auto&) { return Sign{}; }},
                    op);
}

/// Groups of a shuffle of channels: an axis that walks over maps in columns. 0 where it is none.
std::int64_t shuffled_groups(const View::Axis& axis, const Shape& maps) {
  if (axis.size() != 2) return 0;
  const auto plane = static_cast<std::int64_t>(maps.plane());
  const auto [columns, rows] = std::pair{axis[0], axis[1]};
  const bool is_one = columns.stride == plane && rows.stride == columns.size * plane && columns.size * rows.size == maps.c;
  return is_one ? rows.size : 0;
}

}  // namespace

Lowering::Lowering(Graph& graph) : graph_(&graph), names_(graph.file->is_ours()) {
  const Dims& dims = graph.dims(graph.input);
  const std::string name = quotable(graph.value(graph.input).name);
  if (dims.size() != 4)
    fail("input \"{}\": expected images (N, C, H, W) or (N, H, W, C) of 3 channels or 1, found {}", name, to_string(dims));
  const bool maps_last = (dims[3] == 3 && dims[1] != 3) || (dims[3] == 1 && dims[1] > 3 && dims[2] > 3);
  const Shape picture = picture_of(dims, maps_last);
  batch_ = picture.n;
  parts_.network.input = {1, picture.c, picture.h, picture.w};
  const std::vector<Role> last{Role::kItem, Role::kRow, Role::kColumn, Role::kMap};
  for (const Node& node : graph.nodes) read_.insert(node.inputs.begin(), node.inputs.end());
  read_.insert(graph.output);
  bound_[graph.input] = {kPicture, maps_last ? View::of(picture, last) : View::of(picture)};
}

bool Lowering::has(const Node& node, std::size_t input) const { return input < node.inputs.size() && node.inputs[input] >= 0; }

bool Lowering::is_constant(const Node& node, std::size_t input) const {
  return has(node, input) && graph_->is_constant(node.inputs[input]);
}

const Array& Lowering::constant(const Node& node, std::size_t input) {
  if (!has(node, input)) fail("expected an input number {}, found none", input);
  if (!is_constant(node, input)) fail("expected a constant as input number {}, found a value that depends on the images", input);
  return graph_->constant(node.inputs[input]);
}

const Bound& Lowering::input(const Node& node, std::size_t input) const {
  if (!has(node, input)) fail("expected an input number {}, found none", input);
  const auto found = bound_.find(node.inputs[input]);
  if (found == bound_.end()) fail("expected a value that depends on the images as input number {}, found a constant or one unknown", input);
  return found->second;
}

bool Lowering::is_read(const Node& node, std::size_t output) const {
  return output < node.outputs.size() && read_.count(node.outputs[output]) > 0;
}

Shape Lowering::shape(int layer) const {
  Shape shape = layer == kPicture ? parts_.network.input : shapes_.at(static_cast<std::size_t>(layer));
  shape.n = batch_;
  return shape;
}

bool Lowering::is_nonnegative(int layer) const { return layer != kPicture && nonnegative_.at(static_cast<std::size_t>(layer)); }

Bound Lowering::as_maps(const Node& node, const Bound& value) {
  const Shape maps = shape(value.layer);
  const View plain = View::of(maps);
  if (value.view == plain) return value;
  const View& view = value.view;
  const bool is_plain_else =
      view.rank() == 4 && view.axis(0) == plain.axis(0) && view.axis(2) == plain.axis(2) && view.axis(3) == plain.axis(3);
  const std::int64_t groups = is_plain_else ? shuffled_groups(view.axis(1), maps) : 0;
  if (groups > 0) return added(node, PermuteMapsLayer{static_cast<int>(groups)}, {value.layer});
  const bool is_flat = view.rank() == 4 && view.size(1) == static_cast<std::int64_t>(maps.item());
  if (!is_flat) fail("expected maps (N, C, H, W), found their elements as {} in another order", to_string(view.dims()));
  const Bound vector = as_vector(node, value);
  return {vector.layer, View::of(shape(vector.layer))};
}

Bound Lowering::as_vector(const Node& node, const Bound& value) {
  const Shape maps = shape(value.layer);
  const auto all = static_cast<std::int64_t>(maps.item());
  const View::Axis whole = View::of(Shape{1, static_cast<int>(all), 1, 1}).axis(1);
  for (std::size_t i = 0; i < value.view.rank(); ++i) {
    if (value.view.axis(i) != whole) continue;
    const int layer = maps.plane() == 1 ? value.layer : add(node, FlattenLayer{}, {value.layer});
    return {layer, View::of(shape(layer), {Role::kItem, Role::kMap})};
  }
  fail("expected flattened maps, found their elements as {} or in another order", to_string(value.view.dims()));
}

Bound Lowering::with_roles(const Node& node, const Bound& value) {
  if (value.view.roles(shape(value.layer))) return value;
  if (value.view.rank() == 4) return as_maps(node, value);
  Bound vector = as_vector(node, value);
  return {vector.layer, vector.view.reshaped(value.view.dims())};
}

int Lowering::add(const Node& node, LayerOp op, const std::vector<int>& inputs, std::string_view weights) {
  constexpr std::size_t kMost = 4'000;
  if (shapes_.size() >= kMost) fail("expected at most {} layers, found more", kMost);
  const std::string_view node_op = node.message == nullptr ? std::string_view{} : std::string_view(node.message->op);
  Layer layer{names_.name(op, weights, node.name, node_op), op, inputs};
  std::vector<Shape> in;
  bool all = true;
  for (const int value : inputs) {
    in.push_back(shape(value));
    in.back().n = 1;
    all = all && is_nonnegative(value);
  }
  shapes_.push_back(output_shape(layer, in));
  const Sign sign = sign_of(op);
  nonnegative_.push_back(sign.always || (sign.keeps && all));
  parts_.network.layers.push_back(std::move(layer));
  const bool has_name = !node.name.empty() || node.outputs.empty() || node.outputs.front() < 0;
  parts_.sources.push_back(has_name ? node.name : graph_->value(node.outputs.front()).name);
  return static_cast<int>(shapes_.size()) - 1;
}

Bound Lowering::added(const Node& node, LayerOp op, const std::vector<int>& inputs, std::string_view weights) {
  const int layer = add(node, std::move(op), inputs, weights);
  return {layer, View::of(shape(layer))};
}

Bound Lowering::pointwise(const Node& node, LayerOp op, const Bound& value) {
  return {add(node, std::move(op), {value.layer}), value.view};
}

Bound Lowering::affine(const Node& node, const Bound& value, std::vector<float> scale, std::vector<float> shift) {
  const int maps = shape(value.layer).c;
  for (std::vector<float>* values : {&scale, &shift}) {
    if (values->size() == 1) values->assign(static_cast<std::size_t>(maps), float{values->front()});
    if (values->size() != static_cast<std::size_t>(maps)) fail("expected {} values, one a map, found {}", maps, values->size());
  }
  const int layer = add(node, AffineLayer{}, {value.layer});
  set(layer, "scale", {maps, 1, 1, 1}, std::move(scale));
  set(layer, "shift", {1, maps, 1, 1}, std::move(shift));
  return {layer, value.view};
}

void Lowering::set(int layer, const char* role, const Shape& shape, std::vector<float> values) {
  if (values.size() != shape.size()) fail("expected {} values, found {}", to_string(shape), values.size());
  set(layer, role, Tensor(shape, values));
}

void Lowering::set(int layer, const char* role, Tensor tensor) {
  for (const float value : tensor.values()) {
    if (!std::isfinite(value)) fail("expected finite weights, found {}", value);
  }
  parts_.parameters.emplace(parts_.network.layers.at(static_cast<std::size_t>(layer)).name + "." + role, std::move(tensor));
}

void Lowering::bind(const Node& node, Bound value, std::size_t output) {
  if (output >= node.outputs.size() || node.outputs[output] < 0) return;
  const int number = node.outputs[output];
  const std::optional<Dims>& expected = graph_->value(number).dims;
  if (expected && *expected != value.view.dims()) {
    fail("expected its output to be {}, found that our layers give {}", to_string(*expected), to_string(value.view.dims()));
  }
  bound_[number] = std::move(value);
}

void Lowering::lower(const Node& node) {
  if (!node.trouble.empty()) fail("{}", node.trouble);
  if (node.layer) return bind(node, pointwise(node, *node.layer, with_roles(node, input(node, 0))));
  for (const auto family : {weight_operators(), pool_operators(), pointwise_operators(), arithmetic_operators(), view_operators()}) {
    const auto found = std::find_if(family.begin(), family.end(), [&](const Operator& one) { return one.name == node.op; });
    if (found == family.end()) continue;
    return found->lower(*this, node);
  }
  std::string listed;
  for (const std::string_view name : supported_operators()) listed += (listed.empty() ? "" : ", ") + std::string(name);
  fail("expected an operator that our layers can say, among {}, found {}", listed, quotable(node.op));
}

std::vector<RefusedNode::LayerBefore> Lowering::before() const {
  std::vector<RefusedNode::LayerBefore> rows;
  for (std::size_t i = 0; i < shapes_.size(); ++i) {
    const Layer& layer = parts_.network.layers[i];
    rows.push_back({layer.name, std::string(type_name(layer.op)), shapes_[i], 0});
    for (const char* role : {"weight", "bias", "scale", "shift", "slope"}) {
      const auto found = parts_.parameters.find(layer.name + "." + role);
      if (found != parts_.parameters.end()) rows.back().parameters += static_cast<std::int64_t>(found->second.size());
    }
  }
  return rows;
}

NetworkParts Lowering::run() {
  for (const Node& node : graph_->nodes) {
    try {
      lower(node);
      // A weight that another node reads, too, is decoded again.
      for (const int input : node.inputs) graph_->forget(input);
    } catch (const Error& error) {
      const std::string message = fmt::format("node \"{}\" ({}): {}", quotable(node.name), quotable(node.op), error.what());
      throw RefusedNode(message, quotable(node.name), quotable(node.op), parts_.network.input, before());
    }
  }
  finish();
  return std::move(parts_);
}

/// Ends with the output as a layer has it: maps, or values in a row.
void Lowering::finish() {
  const auto found = bound_.find(graph_->output);
  const std::string name = quotable(graph_->value(graph_->output).name);
  if (found == bound_.end() || shapes_.empty()) fail("output \"{}\": expected layers before it, found none", name);
  constexpr std::size_t kMaps = 4;
  const Node end;
  const auto last = static_cast<int>(shapes_.size()) - 1;
  const bool is_maps = found->second.view.rank() == kMaps && shape(found->second.layer).plane() > 1;
  const Bound scores = is_maps ? as_maps(end, found->second) : as_vector(end, found->second);
  if (scores.layer < last)
    fail("output \"{}\": expected the last layer's output, found that {} follows", name, parts_.network.layers.back().name);
  const auto softmax = std::find_if(parts_.network.layers.begin(), parts_.network.layers.end() - 1,
                                    [](const Layer& layer) { return std::holds_alternative<SoftmaxLayer>(layer.op); });
  if (softmax != parts_.network.layers.end() - 1)
    fail("layer {}: expected a softmax at the end only, found layers behind it", softmax->name);
}

Operand with_constant(Lowering& net, const Node& node, const Bound& given, const Array& constant, std::optional<std::int64_t> first) {
  std::vector<float> numbers = constant.values();
  if (numbers.empty()) fail("expected a constant of at least one number, found none");
  const bool is_one = std::all_of(numbers.begin(), numbers.end(), [&](float number) { return number == numbers.front(); });
  const Bound value = net.with_roles(node, given);
  if (is_one && constant.dims.size() <= value.view.rank()) return {value, {numbers.front()}};
  const Shape maps = net.shape(value.layer);
  const std::vector<Role> roles = *value.view.roles(maps);
  const auto aligned = static_cast<std::int64_t>(roles.size()) - static_cast<std::int64_t>(constant.dims.size());
  const std::int64_t from = first.value_or(aligned);
  bool fits = from >= 0 && from <= aligned;
  for (std::size_t i = 0; fits && i < constant.dims.size(); ++i) {
    fits = constant.dims[i] == 1 || roles[static_cast<std::size_t>(from) + i] == Role::kMap;
  }
  if (!fits || numbers.size() != static_cast<std::size_t>(maps.c)) {
    fail("expected a constant of one number, or one a map, for {}, found {}", to_string(value.view.dims()), to_string(constant.dims));
  }
  return {value, std::move(numbers)};
}

}  // namespace zf::onnx
