#include "core/train/initialise.h"

#include <cmath>
#include <utility>

#include "core/tensor/error.h"
#include "core/train/random.h"

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

}  // namespace

Parameters initialise(const Network& network, Initialisation how, std::uint64_t seed) {
  const std::vector<Shape> shapes = output_shapes(network);
  const int last = logits_layer(network);
  Parameters parameters;
  for (int i = 0; i <= last; ++i) {
    const auto index = static_cast<std::size_t>(i);
    const Layer& layer = network.layers[index];
    if (!has_weights(layer.op)) continue;
    Shape shape = weight_shape(layer.op, i == 0 ? network.input : shapes[index - 1]);
    if (std::holds_alternative<LinearLayer>(layer.op)) shape = {shape.n, static_cast<int>(shape.item()), 1, 1};
    const bool he = how == Initialisation::kHe && i != last;
    const double first = i == 0 ? kFirstLayer : 1;
    const double deviation = he ? first * std::sqrt(2.0 / static_cast<double>(shape.item())) : kPaperDeviation;
    parameters.emplace(layer.name + ".weight", normal_tensor(shape, deviation, Random(seed, RandomUse::kInitialise, index)));
    parameters.emplace(layer.name + ".bias", Tensor({1, shape.n, 1, 1}));
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
