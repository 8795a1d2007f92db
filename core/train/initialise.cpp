#include "core/train/initialise.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "core/data/random.h"
#include "core/nn/graph.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

constexpr double kPaperDeviation = 0.01;
/// Of He's deviation, for the first layer. So short a training never wears its noise off; starting near 0, its filters, and every
/// projection that goes through them, show what was learned.
constexpr double kFirstLayer = 0.05;

Tensor normal_tensor(const Shape& shape, double deviation, Random random) {
  Tensor tensor = Tensor::uninitialised(shape);
  for (float& value : tensor.values()) value = static_cast<float>(deviation * random.normal());
  return tensor;
}

constexpr std::string_view kWeightRole = "weight";

/// Where tensors other than weights start: factors change nothing, parametric ReLUs leak as their authors' did, summands are 0.
float start_of(std::string_view role) {
  if (role == "scale") return 1;
  return role == "slope" ? 0.25F : 0;
}

Tensor constant_tensor(const Shape& shape, float value) {
  Tensor tensor(shape);
  std::fill(tensor.values().begin(), tensor.values().end(), value);
  return tensor;
}

}  // namespace

Parameters initialise(const Network& network, Initialisation how, std::uint64_t seed) {
  const std::vector<Shape> inputs = input_shapes(network);
  const Graph graph(network);
  const int last = logits_layer(network);
  Parameters parameters;
  for (int i = 0; i <= last; ++i) {
    const auto index = static_cast<std::size_t>(i);
    const Layer& layer = network.layers[index];
    for (const LayerTensor& tensor : layer_tensors(layer.op, inputs[index])) {
      const std::string name = layer.name + "." + tensor.role;
      Shape shape = tensor.shape;
      if (tensor.role != kWeightRole) {
        parameters.emplace(name, constant_tensor(shape, start_of(tensor.role)));
        continue;
      }
      if (std::holds_alternative<LinearLayer>(layer.op)) shape = {shape.n, static_cast<int>(shape.item()), 1, 1};
      const bool he = how == Initialisation::kHe && i != last;
      const double first = graph.input(i) == kPicture ? kFirstLayer : 1;
      const double deviation = he ? first * std::sqrt(2.0 / static_cast<double>(shape.item())) : kPaperDeviation;
      parameters.emplace(name, normal_tensor(shape, deviation, Random(seed, RandomUse::kInitialise, index)));
    }
  }
  return parameters;
}

WarmStart warm_start(Parameters& parameters, Parameters source) {
  WarmStart result;
  for (auto& [name, tensor] : parameters) {
    const auto found = source.find(name);
    if (found == source.end()) {
      result.left.push_back(fmt::format("{}: {}, found none", name, to_string(tensor.shape())));
    } else if (found->second.shape() != tensor.shape()) {
      result.left.push_back(fmt::format("{}: {}, found {}", name, to_string(tensor.shape()), to_string(found->second.shape())));
    } else {
      tensor = std::move(found->second);
      ++result.taken;
    }
  }
  return result;
}

}  // namespace zf
