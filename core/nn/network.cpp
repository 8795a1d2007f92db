#include "core/nn/network.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "core/tensor/error.h"

namespace zf {

namespace {

constexpr std::array<std::string_view, 7> kTypeNames = {"conv", "linear", "relu", "max_pool", "lrn", "dropout", "softmax"};
constexpr std::int64_t kMaxElements = (std::int64_t{1} << 31) - 1;
constexpr int kMaxSide = 1 << 14;   // of images, kernels, strides and pads, in elements
constexpr int kMaxCount = 1 << 20;  // of maps, units and groups

bool within(int value, int least, int most) { return value >= least && value <= most; }

template <typename Op>
bool is(const Layer& layer) {
  return std::holds_alternative<Op>(layer.op);
}

bool fits(const Shape& shape) { return std::int64_t{shape.c} * shape.h * shape.w <= kMaxElements; }

Shape checked(const Layer& layer, const Shape& in, const Shape& out) {
  if (out.h < 1 || out.w < 1) fail("layer {}: nothing is left of its input {}", layer.name, to_string(in));
  if (!fits(out)) fail("layer {}: expected at most {} output elements, found {}", layer.name, kMaxElements, to_string(out));
  if (has_weights(layer.op)) {
    const Shape w = weight_shape(layer.op, in);
    if (!fits({1, w.c, w.h, w.w}) || std::int64_t{w.c} * w.h * w.w * w.n > kMaxElements) {
      fail("layer {}: expected at most {} weights, found {}", layer.name, kMaxElements, to_string(w));
    }
  }
  return out;
}

struct OutputShape {
  const Layer& layer;
  const Shape& in;

  Shape operator()(const ConvLayer& op) const {
    if (!within(op.maps, 1, kMaxCount) || !within(op.kernel, 1, kMaxSide) || !within(op.stride, 1, kMaxSide) ||
        !within(op.pad, 0, kMaxSide) || !within(op.groups, 1, kMaxCount)) {
      fail("layer {}: expected maps and groups of 1 to {}, kernel and stride of 1 to {} and pad of 0 to {}, found {}, {}, {}, {} and {}",
           layer.name, kMaxCount, kMaxSide, kMaxSide, op.maps, op.groups, op.kernel, op.stride, op.pad);
    }
    if (op.maps % op.groups != 0 || in.c % op.groups != 0) {
      fail("layer {}: expected maps that {} groups divide, found {} of {}", layer.name, op.groups, op.maps, in.c);
    }
    return {in.n, op.maps, output_size(in.h, op.kernel, op.stride, op.pad), output_size(in.w, op.kernel, op.stride, op.pad)};
  }
  Shape operator()(const LinearLayer& op) const {
    if (!within(op.units, 1, kMaxCount)) fail("layer {}: expected 1 to {} units, found {}", layer.name, kMaxCount, op.units);
    return {in.n, op.units, 1, 1};
  }
  Shape operator()(const MaxPoolLayer& op) const {
    const PoolSpec& s = op.spec;
    if (!within(s.kernel, 1, kMaxSide) || !within(s.stride, 1, kMaxSide) || !within(s.pad, 0, s.kernel - 1)) {
      fail("layer {}: expected kernel and stride of 1 to {} and 0 <= pad < kernel, found {}, {} and {}", layer.name, kMaxSide, s.kernel,
           s.stride, s.pad);
    }
    return {in.n, in.c, output_size(in.h, s.kernel, s.stride, s.pad, s.ceil), output_size(in.w, s.kernel, s.stride, s.pad, s.ceil)};
  }
  Shape operator()(const LrnLayer& op) const {
    const LrnSpec& s = op.spec;
    // Frameworks disagree on where an even neighbourhood lies.
    if (!within(s.size, 1, kMaxCount) || s.size % 2 == 0 || !(s.k > 0) || !(s.alpha >= 0) || !std::isfinite(s.k + s.alpha + s.beta)) {
      fail("layer {}: expected finite values, an odd size, k above 0 and alpha of at least 0, found size {} k {} alpha {} beta {}",
           layer.name, s.size, s.k, s.alpha, s.beta);
    }
    return in;
  }
  Shape operator()(const DropoutLayer& op) const {
    if (!(op.p >= 0.0F && op.p < 1.0F)) fail("layer {}: expected 0 <= p < 1, found {}", layer.name, op.p);
    return in;
  }
  Shape operator()(const ReluLayer&) const { return in; }
  Shape operator()(const SoftmaxLayer&) const { return in; }
};

/// Whether a viewer means this layer by its name: a ReLU, dropout or softmax is seen under the name of what it follows.
bool is_shown(const Layer& layer) { return !is<ReluLayer>(layer) && !is<DropoutLayer>(layer) && !is<SoftmaxLayer>(layer); }

}  // namespace

std::string_view type_name(const LayerOp& op) { return kTypeNames.at(op.index()); }

bool has_weights(const LayerOp& op) { return std::holds_alternative<ConvLayer>(op) || std::holds_alternative<LinearLayer>(op); }

Shape output_shape(const Layer& layer, const Shape& in) { return checked(layer, in, std::visit(OutputShape{layer, in}, layer.op)); }

std::vector<Shape> output_shapes(const Network& network) {
  if (network.layers.empty()) fail("network {}: expected at least one layer, found none", network.name);
  const Shape& input = network.input;
  if (!within(input.c, 1, kMaxCount) || !within(input.h, 1, kMaxSide) || !within(input.w, 1, kMaxSide) || !fits(input)) {
    fail("network {}: expected an input of at least 1 channel and 1 to {} pixels a side, found {}", network.name, kMaxSide,
         to_string(input));
  }
  const Layer& first = network.layers.front();
  if (is<DropoutLayer>(first)) fail("layer {}: expected dropout behind another layer, found it first", first.name);
  std::vector<Shape> shapes;
  std::set<std::string_view> names;
  Shape shape = network.input;
  shape.n = 1;
  for (const Layer& layer : network.layers) {
    if (layer.name.empty()) fail("network {}: expected a name for every layer, found none for layer {}", network.name, shapes.size());
    if (!names.insert(layer.name).second) fail("network {}: expected unique layer names, found {} twice", network.name, layer.name);
    shape = output_shape(layer, shape);
    shapes.push_back(shape);
  }
  return shapes;
}

ConvSpec conv_spec(const LayerOp& op, const Shape& in) {
  if (const auto* conv = std::get_if<ConvLayer>(&op)) {
    return {conv->maps, conv->kernel, conv->kernel, conv->stride, conv->pad, conv->groups};
  }
  if (const auto* linear = std::get_if<LinearLayer>(&op)) return {linear->units, in.h, in.w, 1, 0, 1};
  fail("expected a conv or linear layer, found {}", type_name(op));
}

Shape weight_shape(const LayerOp& op, const Shape& in) {
  const ConvSpec spec = conv_spec(op, in);
  return {spec.maps, in.c / spec.groups, spec.kernel_h, spec.kernel_w};
}

std::vector<LayerCost> costs(const Network& network) {
  const std::vector<Shape> shapes = output_shapes(network);
  std::vector<LayerCost> result;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    LayerCost cost;
    if (has_weights(network.layers[i].op)) {
      const auto weights = static_cast<std::int64_t>(weight_shape(network.layers[i].op, i == 0 ? network.input : shapes[i - 1]).size());
      cost.parameters = weights + shapes[i].c;
      cost.multiply_adds = weights * static_cast<std::int64_t>(shapes[i].plane());
    }
    result.push_back(cost);
  }
  return result;
}

int find_layer(const Network& network, std::string_view name) {
  if (name == "logits") return logits_layer(network);
  const int count = static_cast<int>(network.layers.size());
  const auto layer = [&](int i) -> const Layer& { return network.layers[static_cast<std::size_t>(i)]; };
  if (name == "prob" && is<SoftmaxLayer>(network.layers.back())) return count - 1;
  for (int i = 0; i < count; ++i) {
    if (layer(i).name != name) continue;
    return has_weights(layer(i).op) && i + 1 < count && is<ReluLayer>(layer(i + 1)) ? i + 1 : i;
  }
  fail("network {}: expected a layer among {}, found \"{}\"", network.name, fmt::join(view_names(network), ", "), name);
}

int logits_layer(const Network& network) {
  const int last = static_cast<int>(network.layers.size()) - 1;
  return last > 0 && is<SoftmaxLayer>(network.layers.back()) ? last - 1 : last;
}

int stage_end(const Network& network, int k) {
  int stage = 0;
  int end = -1;
  for (int i = 0; i < static_cast<int>(network.layers.size()); ++i) {
    const Layer& layer = network.layers[static_cast<std::size_t>(i)];
    if (has_weights(layer.op)) ++stage;
    if (stage == k && !is<DropoutLayer>(layer) && !is<SoftmaxLayer>(layer)) end = i;
  }
  if (end < 0 || k < 1) fail("network {}: expected a layer number of 1 to {}, found {}", network.name, stage, k);
  return end;
}

std::vector<std::string> view_names(const Network& network) {
  std::vector<std::string> names;
  const auto logits = static_cast<std::size_t>(logits_layer(network));
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    if (is_shown(network.layers[i])) names.push_back(i == logits ? "logits" : network.layers[i].name);
  }
  return names;
}

std::string view_name(const Network& network, int layer) {
  for (std::string& name : view_names(network)) {
    if (find_layer(network, name) == layer) return std::move(name);
  }
  return network.layers.at(static_cast<std::size_t>(layer)).name;
}

}  // namespace zf
