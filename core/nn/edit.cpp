#include "core/nn/edit.h"

#include <algorithm>
#include <utility>

#include "core/nn/graph.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

std::vector<Layer>::iterator find_weighted(Network& network, std::string_view name) {
  const auto found = std::find_if(network.layers.begin(), network.layers.end(),
                                  [&](const Layer& layer) { return layer.name == name && has_weights(layer.op); });
  if (found != network.layers.end()) return found;
  std::vector<std::string_view> names;
  for (const Layer& layer : network.layers) {
    if (has_weights(layer.op)) names.emplace_back(layer.name);
  }
  fail("network {}: expected a conv or linear layer among {}, found \"{}\"", network.name, fmt::join(names, ", "), name);
}

bool belongs_to_layer_below(const Layer& layer) {
  return std::holds_alternative<ReluLayer>(layer.op) || std::holds_alternative<DropoutLayer>(layer.op);
}

/// Without the marked layers, which read one value each: what read them reads that.
Network without_marked(const Network& network, const std::vector<bool>& marked) {
  const Graph graph(network);
  std::vector<int> numbers;  // of what stands for each layer
  Network left{network.name, network.input, {}};
  const auto number_of = [&](int value) { return value == kPicture ? kPicture : numbers[static_cast<std::size_t>(value)]; };
  for (int i = 0; i < graph.layers(); ++i) {
    const auto index = static_cast<std::size_t>(i);
    if (marked[index]) {
      numbers.push_back(number_of(graph.input(i)));
      continue;
    }
    const auto next = static_cast<int>(left.layers.size());
    Layer layer{network.layers[index].name, network.layers[index].op, {}};
    for (const int value : graph.inputs(i)) layer.inputs.push_back(number_of(value));
    if (layer.inputs == std::vector<int>{next - 1}) layer.inputs.clear();
    left.layers.push_back(std::move(layer));
    numbers.push_back(next);
  }
  return left;
}

Network checked(Network network) {
  static_cast<void>(output_shapes(network));
  return network;
}

Network named(Network network, std::string_view suffix) {
  network.name += suffix;
  return network;
}

Network with_classifier_units(const Network& network, int units) {
  return named(with_units(with_units(network, "fc6", units), "fc7", units), fmt::format("-fc-{}", units));
}

int maps_of(const Network& network, std::string_view layer) {
  return output_shapes(network).at(static_cast<std::size_t>(find_layer(network, layer))).c;
}

/// conv3 to conv5 as wide as in zfnet_wide.
Network with_wide_middle(Network network, const ZooOptions& options) {
  const Network wide = zfnet_wide(options);
  std::string suffix = "-conv";
  for (const char* const layer : {"conv3", "conv4", "conv5"}) {
    const int maps = maps_of(wide, layer);
    network = with_maps(std::move(network), layer, maps);
    suffix += fmt::format("-{}", maps);
  }
  return named(std::move(network), suffix);
}

}  // namespace

Network without(Network network, const std::vector<std::string>& layers) {
  const std::string scores = network.layers.empty() ? "" : network.layers[static_cast<std::size_t>(logits_layer(network))].name;
  for (const std::string& name : layers) {
    auto layer = static_cast<int>(find_weighted(network, name) - network.layers.begin());
    if (name == scores) fail("network {}: expected layers below the class scores, found \"{}\"", network.name, name);
    const Graph graph(network);
    std::vector<bool> marked(network.layers.size());
    do {
      marked[static_cast<std::size_t>(layer)] = true;
      layer = graph.only_reader(layer);
    } while (layer >= 0 && belongs_to_layer_below(network.layers[static_cast<std::size_t>(layer)]));
    network = without_marked(network, marked);
  }
  return checked(std::move(network));
}

Network with_maps(Network network, std::string_view layer, int maps) {
  auto* const conv = std::get_if<ConvLayer>(&find_weighted(network, layer)->op);
  if (conv == nullptr) fail("layer {}: expected a conv layer to set its maps, found a linear one", layer);
  conv->maps = maps;
  return checked(std::move(network));
}

Network with_units(Network network, std::string_view layer, int units) {
  auto* const linear = std::get_if<LinearLayer>(&find_weighted(network, layer)->op);
  if (linear == nullptr) fail("layer {}: expected a linear layer to set its units, found a conv one", layer);
  linear->units = units;
  return checked(std::move(network));
}

Network with_classes(Network network, int classes) {
  const Graph graph(network);
  int layer = logits_layer(network);
  while (layer != kPicture && !has_weights(network.layers[static_cast<std::size_t>(layer)].op)) {
    if (graph.inputs(layer).size() != 1) break;
    layer = graph.input(layer);
  }
  const Layer* const scores = layer == kPicture ? nullptr : &network.layers[static_cast<std::size_t>(layer)];
  if (scores == nullptr || !has_weights(scores->op)) {
    fail("network {}: expected class scores from one conv or linear layer, found none below {}", network.name,
         network.layers[static_cast<std::size_t>(logits_layer(network))].name);
  }
  const std::string name = scores->name;
  const bool linear = std::holds_alternative<LinearLayer>(scores->op);
  return linear ? with_units(std::move(network), name, classes) : with_maps(std::move(network), name, classes);
}

std::vector<Network> table3_variants(const ZooOptions& options) {
  const Network krizhevsky = alexnet(options);
  const Network ours = zfnet(options);
  const Network wide = with_wide_middle(ours, options);
  const int half = options.fc / 2;
  const int twice = options.fc * 2;
  return {krizhevsky,
          named(without(krizhevsky, {"conv3", "conv4"}), "-without-3-4"),
          named(without(krizhevsky, {"fc7"}), "-without-7"),
          named(without(krizhevsky, {"fc6", "fc7"}), "-without-6-7"),
          named(without(krizhevsky, {"conv3", "conv4", "fc6", "fc7"}), "-without-3-4-6-7"),
          with_classifier_units(krizhevsky, half),
          with_classifier_units(krizhevsky, twice),
          ours,
          with_classifier_units(ours, half),
          with_classifier_units(ours, twice),
          wide,
          with_classifier_units(wide, twice)};
}

}  // namespace zf
