#include "core/nn/network.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/nn/graph.h"
#include "core/nn/near.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

template <typename Op>
bool is(const Layer& layer) {
  return std::holds_alternative<Op>(layer.op);
}

const Layer& layer_at(const Network& network, int layer) { return network.layers[static_cast<std::size_t>(layer)]; }

/// Whether a viewer sees what alone reads this layer under this layer's name.
bool lends_its_name(const Layer& layer) { return has_filters(layer.op) || is<AddLayer>(layer); }

/// The last layer that a viewer sees under the name of `layer`: normalisation as affine layer and non-linearities behind it.
int view_end(const Network& network, const Graph& graph, int layer) {
  if (!lends_its_name(layer_at(network, layer))) return layer;
  for (int end = layer;;) {
    const int next = graph.only_reader(end);
    if (next < 0) return end;
    const Layer& above = layer_at(network, next);
    if (is_activation(above.op)) return next;
    if (!is<AffineLayer>(above)) return end;
    end = next;
  }
}

/// Layers that a viewer sees under a name of their own: no dropout, no softmax, no rearranged memory, and nothing that another lends its
/// name.
std::vector<bool> has_own_name(const Network& network, const Graph& graph) {
  std::vector<bool> shown(network.layers.size(), true);
  for (int i = 0; i < graph.layers(); ++i) {
    const Layer& layer = layer_at(network, i);
    if (is<DropoutLayer>(layer) || is<SoftmaxLayer>(layer) || is<FlattenLayer>(layer)) shown[static_cast<std::size_t>(i)] = false;
    if (!shown[static_cast<std::size_t>(i)]) continue;
    for (int end = view_end(network, graph, i); end > i; end = graph.input(end)) shown[static_cast<std::size_t>(end)] = false;
  }
  return shown;
}

}  // namespace

std::vector<Shape> output_shapes(const Network& network) {
  if (network.layers.empty()) fail("network {}: expected at least one layer, found none", network.name);
  const Shape& input = network.input;
  if (input.c < 1 || input.c > kMaxCount || std::min(input.h, input.w) < 1 || std::max(input.h, input.w) > kMaxSide ||
      std::int64_t{input.c} * input.h * input.w > kMaxElements) {
    fail("network {}: expected an input of at least 1 channel and 1 to {} pixels a side, found {}", network.name, kMaxSide,
         to_string(input));
  }
  std::set<std::string_view> names;
  for (const Layer& layer : network.layers) {
    if (layer.name.empty()) fail("network {}: expected a name for every layer, found none for layer {}", network.name, names.size());
    if (!names.insert(layer.name).second) fail("network {}: expected unique layer names, found {} twice", network.name, layer.name);
  }
  const Graph graph(network);
  std::vector<Shape> shapes;
  std::vector<Shape> in;
  for (int i = 0; i < graph.layers(); ++i) {
    const Layer& layer = layer_at(network, i);
    in.clear();
    for (const int value : graph.inputs(i)) {
      in.push_back(value == kPicture ? Shape{1, input.c, input.h, input.w} : shapes[static_cast<std::size_t>(value)]);
      if (value == kPicture && is<DropoutLayer>(layer)) fail("layer {}: expected dropout behind another layer, found it first", layer.name);
    }
    shapes.push_back(output_shape(layer, in));
  }
  return shapes;
}

std::vector<Shape> input_shapes(const Network& network) {
  const std::vector<Shape> shapes = output_shapes(network);
  const Graph graph(network);
  std::vector<Shape> inputs;
  for (int i = 0; i < graph.layers(); ++i) {
    const int value = graph.input(i);
    inputs.push_back(value == kPicture ? Shape{1, network.input.c, network.input.h, network.input.w}
                                       : shapes[static_cast<std::size_t>(value)]);
  }
  return inputs;
}

std::vector<LayerCost> costs(const Network& network) {
  const std::vector<Shape> shapes = output_shapes(network);
  const std::vector<Shape> inputs = input_shapes(network);
  std::vector<LayerCost> result;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const LayerOp& op = network.layers[i].op;
    LayerCost cost;
    for (const LayerTensor& tensor : layer_tensors(op, inputs[i])) cost.parameters += static_cast<std::int64_t>(tensor.shape.size());
    if (has_weights(op)) cost.multiply_adds = static_cast<std::int64_t>(weight_shape(op, inputs[i]).size() * shapes[i].plane());
    result.push_back(cost);
  }
  return result;
}

int find_layer(const Network& network, std::string_view name) {
  if (name == "logits") return logits_layer(network);
  if (name == "prob" && is<SoftmaxLayer>(network.layers.back())) return static_cast<int>(network.layers.size()) - 1;
  const auto found = std::find_if(network.layers.begin(), network.layers.end(), [name](const Layer& layer) { return layer.name == name; });
  if (found != network.layers.end()) return view_end(network, Graph(network), static_cast<int>(found - network.layers.begin()));
  const std::vector<std::string> names = view_names(network);
  fail("network {}: expected a layer among {}, found \"{}\"{}", network.name, fmt::join(names, ", "), name, near_words(names, name));
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

std::vector<ShownLayer> shown_layers(const Network& network) {
  const Graph graph(network);
  const std::vector<bool> named = has_own_name(network, graph);
  const int logits = logits_layer(network);
  std::vector<ShownLayer> shown;
  for (int i = 0; i < graph.layers(); ++i) {
    if (!named[static_cast<std::size_t>(i)]) continue;
    const int last = view_end(network, graph, i);
    shown.push_back({last == logits || i == logits ? "logits" : layer_at(network, i).name, i, last});
  }
  return shown;
}

std::vector<std::string> view_names(const Network& network) {
  std::vector<std::string> names;
  for (ShownLayer& layer : shown_layers(network)) names.push_back(std::move(layer.name));
  return names;
}

std::string view_name(const Network& network, int layer) {
  for (ShownLayer& shown : shown_layers(network)) {
    if (shown.last == layer) return std::move(shown.name);
  }
  return network.layers.at(static_cast<std::size_t>(layer)).name;
}

}  // namespace zf
