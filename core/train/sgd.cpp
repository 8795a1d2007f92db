#include "core/train/sgd.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/tensor/error.h"

namespace zf {

namespace {

/// The paper's limit is for inputs of 0-255: filters of the first layer grow as its inputs shrink. In small nets, whose few
/// inputs a filter need large weights, the limit never undercuts twice the spread of He's initialisation.
float filter_limit(double limit, bool first, const Shape& weight, const Preprocess& preprocess) {
  const float deviation = *std::max_element(preprocess.std.begin(), preprocess.std.begin() + preprocess.channels());
  const double unit = first ? static_cast<double>(deviation) / static_cast<double>(preprocess.scale) : 1.0;
  return static_cast<float>(std::max(limit * unit, 2.0 * std::sqrt(2.0 / static_cast<double>(weight.item()))));
}

}  // namespace

Sgd::Sgd(Net& net, const Recipe& recipe, const Preprocess& preprocess) : net_(&net), recipe_(recipe), layers_(net.network().layers.size()) {
  Backend& backend = net.backend();
  bool first = true;
  for (int i = 0; i < static_cast<int>(layers_.size()); ++i) {
    const LayerOp& op = net.network().layers[static_cast<std::size_t>(i)].op;
    if (!has_filters(op)) continue;
    Layer& layer = layers_[static_cast<std::size_t>(i)];
    const std::vector<LayerTensor> tensors = layer_tensors(op, net.input_shape(i));
    for (std::size_t k = 0; k < tensors.size(); ++k) {
      Velocity& velocity = k == 0 ? layer.weight : layer.bias;
      velocity.name = net.network().layers[static_cast<std::size_t>(i)].name + "." + tensors[k].role;
      backend.resize(velocity.values, tensors[k].shape);
      backend.fill(velocity.values, 0);
    }
    const Shape& weight = net.weights(i).weight.shape();
    if (recipe.filter_limit > 0 && std::holds_alternative<ConvLayer>(op)) {
      layer.limit = filter_limit(recipe.filter_limit, first, weight, preprocess);
    }
    first = false;
  }
}

void Sgd::step(int layer, const DeviceTensor& weight_gradient, const DeviceTensor& bias_gradient, double rate) {
  Backend& backend = net_->backend();
  Layer& velocity = layers_.at(static_cast<std::size_t>(layer));
  Net::Weights& weights = net_->weights(layer);
  SgdSpec spec{static_cast<float>(rate), static_cast<float>(recipe_.momentum), static_cast<float>(recipe_.decay)};
  backend.training().sgd_step(weight_gradient, spec, velocity.weight.values, weights.weight);
  spec.decay = 0;
  if (!velocity.bias.values.empty()) backend.training().sgd_step(bias_gradient, spec, velocity.bias.values, weights.bias);
  if (velocity.limit > 0) backend.training().limit_rms(velocity.limit, weights.weight);
  net_->pack(layer);
}

Parameters Sgd::velocities() const {
  Parameters result;
  for (const Layer& layer : layers_) {
    for (const Velocity* velocity : {&layer.weight, &layer.bias}) {
      if (!velocity->values.empty()) result.emplace(velocity->name, net_->backend().download(velocity->values));
    }
  }
  return result;
}

void Sgd::restore(Parameters velocities) {
  for (Layer& layer : layers_) {
    for (Velocity* velocity : {&layer.weight, &layer.bias}) {
      if (velocity->values.empty()) continue;
      const Shape& shape = velocity->values.shape();
      const auto found = velocities.find(velocity->name);
      if (found == velocities.end()) fail("velocity {}: expected {}, found none", velocity->name, to_string(shape));
      if (found->second.size() != shape.size()) {
        fail("velocity {}: expected {}, found {}", velocity->name, to_string(shape), to_string(found->second.shape()));
      }
      found->second.reshape(shape);
      net_->backend().upload(found->second, velocity->values);
    }
  }
}

}  // namespace zf
