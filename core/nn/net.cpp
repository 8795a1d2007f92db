#include "core/nn/net.h"

#include <utility>

#include "core/tensor/error.h"

namespace zf {

namespace {

/// Whether a tensor is one of `shape`; files hold a linear layer's weight as (units, inputs, 1, 1).
bool fits(const Shape& stored, const Shape& shape) {
  return stored == shape || (stored.n == shape.n && stored.item() == shape.item() && stored.plane() == 1);
}

/// Takes a tensor out of `parameters`, in the given shape.
Tensor take(Parameters& parameters, const std::string& name, const Shape& shape) {
  const auto found = parameters.find(name);
  if (found == parameters.end()) fail("expected a tensor {} of {}, found none", name, to_string(shape));
  Tensor tensor = std::move(found->second);
  parameters.erase(found);
  if (!fits(tensor.shape(), shape)) fail("tensor {}: expected {}, found {}", name, to_string(shape), to_string(tensor.shape()));
  tensor.reshape(shape);
  return tensor;
}

template <typename Op>
bool is(const LayerOp& op) {
  return std::holds_alternative<Op>(op);
}

}  // namespace

Net::Net(Backend& backend, Network network, Parameters parameters)
    : backend_(&backend), network_(std::move(network)), shapes_(output_shapes(network_)), weights_(network_.layers.size()) {
  network_.input.n = 1;
  for (int i = 0; i < static_cast<int>(network_.layers.size()); ++i) {
    if (has_weights(network_.layers[static_cast<std::size_t>(i)].op)) load(i, parameters);
  }
  if (!parameters.empty()) fail("network {}: found a tensor {} that no layer uses", network_.name, parameters.begin()->first);
}

void Net::load(int layer, Parameters& parameters) {
  const Layer& l = network_.layers[static_cast<std::size_t>(layer)];
  const Shape shape = weight_shape(l.op, input_shape(layer));
  Weights& w = weights(layer);
  w.weight = backend_->upload(take(parameters, l.name + ".weight", shape));
  w.bias = backend_->upload(take(parameters, l.name + ".bias", {1, shape.n, 1, 1}));
  pack(layer);
}

void Net::pack(int layer) {
  Weights& w = weights(layer);
  backend_->pack(w.weight, w.bias, conv_spec(network_.layers[static_cast<std::size_t>(layer)].op, input_shape(layer)), w.filters);
}

bool Net::rectified(int layer) const {
  const auto next = static_cast<std::size_t>(layer) + 1;
  return next < network_.layers.size() && is<ReluLayer>(network_.layers[next].op);
}

void Net::forward(const DeviceTensor& x, Trace& trace, int last) const { run(x, trace, last_or(last), nullptr); }

void Net::forward_from(int layer, const DeviceTensor& maps, Trace& trace, int last) const {
  Shape expected = shapes_.at(static_cast<std::size_t>(layer));
  expected.n = maps.shape().n;
  if (maps.shape() != expected) {
    const std::string& name = network_.layers[static_cast<std::size_t>(layer)].name;
    fail("layer {}: expected maps of {}, found {}", name, to_string(expected), to_string(maps.shape()));
  }
  trace.outputs_.resize(network_.layers.size());
  trace.switches_.resize(network_.layers.size());
  trace.outputs_[static_cast<std::size_t>(layer)] = maps;
  run_layers(layer + 1, last_or(last), trace, nullptr);
}

int Net::last_or(int layer) const { return layer < 0 ? static_cast<int>(network_.layers.size()) - 1 : layer; }

void Net::forward_training(const DeviceTensor& x, Trace& trace, std::uint64_t seed) const { run(x, trace, logits_layer(network_), &seed); }

void Net::run(const DeviceTensor& x, Trace& trace, int last, const std::uint64_t* dropout_seed) const {
  const Shape expected{x.shape().n, network_.input.c, network_.input.h, network_.input.w};
  if (x.shape() != expected) fail("network {}: expected images of {}, found {}", network_.name, to_string(expected), to_string(x.shape()));
  trace.input_ = x;
  trace.outputs_.resize(network_.layers.size());
  trace.switches_.resize(network_.layers.size());
  run_layers(0, last, trace, dropout_seed);
}

void Net::run_layers(int first, int last, Trace& trace, const std::uint64_t* dropout_seed) const {
  for (int i = first; i <= last; ++i) run_layer(i, trace, dropout_seed);
}

void Net::run_layer(int layer, Trace& trace, const std::uint64_t* pass_seed) const {
  const LayerOp& op = network_.layers[static_cast<std::size_t>(layer)].op;
  const DeviceTensor& x = trace.input_of(layer);
  DeviceTensor& y = trace.outputs_[static_cast<std::size_t>(layer)];
  if (has_weights(op)) {
    const Filters& filters = *weights(layer).filters;
    backend_->conv(x, filters, filters.spec().pad, rectified(layer), y);
  } else if (is<ReluLayer>(op)) {
    if (layer > 0 && weights(layer - 1).filters != nullptr) {
      y = x;
    } else {
      backend_->relu(x, y);
    }
  } else if (const auto* pool = std::get_if<MaxPoolLayer>(&op)) {
    backend_->max_pool(x, pool->spec, y, trace.switches_[static_cast<std::size_t>(layer)]);
  } else if (const auto* lrn = std::get_if<LrnLayer>(&op)) {
    backend_->lrn(x, lrn->spec, y);
  } else if (const auto* dropout = std::get_if<DropoutLayer>(&op)) {
    y = x;
    if (pass_seed != nullptr) backend_->training().dropout(dropout->p, zf::dropout_seed(*pass_seed, layer), y);
  } else {
    backend_->softmax(x, y);
  }
}

Parameters Net::parameters() const {
  Parameters result;
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    const Weights& w = weights_[i];
    if (w.filters == nullptr) continue;
    Tensor weight = backend_->download(w.weight);
    if (is<LinearLayer>(network_.layers[i].op)) weight.reshape({weight.shape().n, static_cast<int>(weight.shape().item()), 1, 1});
    result.emplace(network_.layers[i].name + ".weight", std::move(weight));
    result.emplace(network_.layers[i].name + ".bias", backend_->download(w.bias));
  }
  return result;
}

std::uint64_t dropout_seed(std::uint64_t pass_seed, int layer) {
  return pass_seed * 0x9E3779B97F4A7C15ULL + static_cast<std::uint64_t>(layer) + 1;
}

}  // namespace zf
