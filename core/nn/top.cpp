#include "core/nn/top.h"

#include <utility>

#include "core/nn/graph.h"
#include "core/tensor/error.h"

namespace zf {

Top fully_connected_top(const Network& network, std::int64_t most_weights) {
  const Graph graph(network);
  const std::vector<LayerCost> layer_costs = costs(network);
  int first = -1;  // the lowest layer that belongs to it so far
  std::int64_t weights = 0;
  for (int layer = graph.layers() - 1; graph.inputs(layer).size() == 1; layer = graph.input(layer)) {
    const LayerOp& op = network.layers[static_cast<std::size_t>(layer)].op;
    if (has_weights(op)) {
      weights += layer_costs[static_cast<std::size_t>(layer)].parameters;
      if (first >= 0 && (!std::holds_alternative<LinearLayer>(op) || weights > most_weights)) break;
      first = layer;
    }
    if (graph.input(layer) == kPicture || graph.only_reader(graph.input(layer)) != layer) break;
  }
  if (first < 0) fail("network {}: expected class scores from one conv or linear layer, found none", network.name);
  const int input = graph.input(first);
  Top top{input, {network.name, input == kPicture ? network.input : output_shapes(network)[static_cast<std::size_t>(input)], {}}};
  // Every other layer is below `input`, since all that is above reads one value alone.
  for (int layer = first; layer < graph.layers(); ++layer) {
    const Layer& whole = network.layers[static_cast<std::size_t>(layer)];
    top.network.layers.push_back({whole.name, whole.op, {}});
  }
  return top;
}

}  // namespace zf
