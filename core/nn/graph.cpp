#include "core/nn/graph.h"

#include "core/tensor/error.h"

namespace zf {

Graph::Graph(const Network& network) : readers_(network.layers.size() + 1) {
  for (const Layer& layer : network.layers) {
    const auto number = static_cast<int>(inputs_.size());
    inputs_.push_back(layer.inputs.empty() ? std::vector<int>{number - 1} : layer.inputs);
    for (const int value : inputs_.back()) {
      if (value < kPicture || value >= number) {
        fail("layer {}: expected inputs among the images and the {} layers before it, found number {}", layer.name, number, value);
      }
      std::vector<int>& readers = readers_[value_index(value)];
      if (readers.empty() || readers.back() != number) readers.push_back(number);
    }
  }
  for (std::size_t i = 0; i + 1 < network.layers.size(); ++i) {
    if (readers_[i + 1].empty()) fail("layer {}: expected a layer that reads it, found none", network.layers[i].name);
  }
}

std::vector<bool> Graph::descendants(int value) const {
  std::vector<bool> found(inputs_.size());
  const auto follows = [&](int input) { return input == value || (input >= 0 && found[static_cast<std::size_t>(input)]); };
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    bool any = static_cast<int>(i) == value;
    for (const int input : inputs_[i]) any = any || follows(input);
    found[i] = any;
  }
  return found;
}

std::vector<bool> Graph::ancestors(int value) const {
  std::vector<bool> found(inputs_.size());
  if (value < 0) return found;
  found[static_cast<std::size_t>(value)] = true;
  for (int i = value; i >= 0; --i) {
    if (!found[static_cast<std::size_t>(i)]) continue;
    for (const int input : inputs(i)) {
      if (input >= 0) found[static_cast<std::size_t>(input)] = true;
    }
  }
  return found;
}

}  // namespace zf
