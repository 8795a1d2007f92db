#include "core/nn/net.h"

#include <algorithm>
#include <utility>

#include "core/nn/permute.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

/// Whether a tensor is one of `shape`; files hold a linear layer's weight as (units, inputs, 1, 1).
bool fits(const Shape& stored, const Shape& shape) {
  return stored == shape || (stored.n == shape.n && stored.item() == shape.item() && stored.plane() == 1);
}

/// Takes a tensor out of `parameters`, in the given shape.
StoredWeights take(StoredParameters& parameters, const std::string& name, const Shape& shape) {
  const auto found = parameters.find(name);
  if (found == parameters.end()) fail("expected a tensor {} of {}, found none", name, to_string(shape));
  StoredWeights tensor = std::move(found->second);
  parameters.erase(found);
  if (!fits(tensor.shape(), shape)) fail("tensor {}: expected {}, found {}", name, to_string(shape), to_string(tensor.shape()));
  tensor.reshape(shape);
  return tensor;
}

StoredParameters as_stored(Parameters&& parameters) {
  StoredParameters stored;
  for (auto& [name, tensor] : parameters) stored.emplace(name, std::move(tensor));
  return stored;
}

/// Whether a layer's own kernel can rectify what it writes.
bool can_rectify(const LayerOp& op) { return has_filters(op) || std::holds_alternative<AddLayer>(op); }

std::vector<bool> rectified_layers(const Network& network, const Graph& graph) {
  std::vector<bool> rectified;
  for (int i = 0; i < graph.layers(); ++i) {
    const int reader = graph.only_reader(i);
    const auto is_relu = [&](int layer) { return std::holds_alternative<ReluLayer>(network.layers[static_cast<std::size_t>(layer)].op); };
    rectified.push_back(reader >= 0 && is_relu(reader) && can_rectify(network.layers[static_cast<std::size_t>(i)].op));
  }
  return rectified;
}

}  // namespace

DeviceTensor& Trace::own(int layer, std::size_t elements) {
  const auto i = static_cast<std::size_t>(layer);
  if (lent_[i]) {
    outputs_[i] = {};
    switches_[i] = {};
    lent_[i] = false;
  }
  if (outputs_[i].empty() && !spare_.empty()) {
    // The smallest that is large enough, else the largest, which then grows.
    const auto better = [elements](const DeviceTensor& a, const DeviceTensor& b) {
      const bool fits = a.capacity() >= elements;
      if (fits != (b.capacity() >= elements)) return fits;
      return fits ? a.capacity() < b.capacity() : a.capacity() > b.capacity();
    };
    const auto best = std::min_element(spare_.begin(), spare_.end(), better);
    outputs_[i] = std::move(*best);
    spare_.erase(best);
  }
  return outputs_[i];
}

void Trace::release(int layer) {
  const auto i = static_cast<std::size_t>(layer);
  if (!lent_[i]) spare_.push_back(std::move(outputs_[i]));
  outputs_[i] = {};
  lent_[i] = false;
}

void Trace::lend(int layer, const DeviceTensor& maps) {
  outputs_[static_cast<std::size_t>(layer)] = maps;
  lent_[static_cast<std::size_t>(layer)] = true;
}

Net::Net(Backend& backend, Network network, Parameters parameters) : Net(backend, std::move(network), as_stored(std::move(parameters))) {}

Net::Net(Backend& backend, Network network, StoredParameters parameters)
    : backend_(&backend),
      network_(std::move(network)),
      graph_(network_),
      shapes_(output_shapes(network_)),
      rectified_(rectified_layers(network_, graph_)),
      weights_(network_.layers.size()) {
  network_.input.n = 1;
  for (int i = 0; i < graph_.layers(); ++i) load(i, parameters);
  if (!parameters.empty()) fail("network {}: found a tensor {} that no layer uses", network_.name, parameters.begin()->first);
}

void Net::load(int layer, StoredParameters& parameters) {
  const std::string& name = network_.layers[static_cast<std::size_t>(layer)].name;
  std::vector<DeviceTensor> tensors;
  for (const LayerTensor& tensor : layer_tensors(op(layer), input_shape(layer))) {
    const StoredWeights stored = take(parameters, name + "." + tensor.role, tensor.shape);
    const bool weight = tensors.empty() && has_filters(op(layer));
    tensors.push_back(weight || stored.stored_as() == StoredAs::kFloat32 ? backend_->upload(stored) : backend_->upload(stored.widened()));
  }
  Weights& w = weights(layer);
  if (!has_filters(op(layer))) {
    if (!tensors.empty()) w.slope = std::move(tensors.front());
    return;
  }
  w.weight = std::move(tensors.front());
  w.bias = tensors.size() > 1 ? std::move(tensors[1]) : backend_->upload(Tensor({1, w.weight.shape().n, 1, 1}));
  pack(layer);
}

void Net::pack(int layer) {
  Weights& w = weights(layer);
  backend_->pack(w.weight, w.bias, conv_spec(op(layer), input_shape(layer)), w.filters);
}

bool Net::shares_input(int layer) const {
  const LayerOp& own = op(layer);
  if (std::holds_alternative<DropoutLayer>(own) || std::holds_alternative<FlattenLayer>(own)) return true;
  const int input = graph_.input(layer);
  return std::holds_alternative<ReluLayer>(own) && input != kPicture && rectified(input);
}

/// Runs one layer on what the trace holds of its inputs.
struct Net::Forward {
  const Net& net;
  Trace& trace;
  int layer;
  const DropoutPass* dropout;
  Backend& backend = *net.backend_;
  const DeviceTensor& x = net.input_of(trace, layer);

  void operator()(const OneOf<ConvLayer, LinearLayer, AffineLayer> auto&) const { convolve(); }
  void operator()(const ReluLayer&) const {
    if (net.shares_input(layer)) return trace.lend(layer, x);
    backend.relu(x, y());
  }
  void operator()(const ActivationLayer& op) const {
    backend.activate(x, op.spec, op.slope_a_map ? &net.weights(layer).slope : nullptr, y());
  }
  void operator()(const MaxPoolLayer& op) const {
    DeviceTensor& maxima = y();
    backend.max_pool(x, op.spec, maxima, trace.switches_[static_cast<std::size_t>(layer)]);
  }
  void operator()(const AveragePoolLayer& op) const { backend.average_pool(x, average_pool_spec(op), y()); }
  void operator()(const GlobalAveragePoolLayer& op) const { backend.average_pool(x, average_pool_spec(op, x.shape()), y()); }
  void operator()(const LrnLayer& op) const { backend.lrn(x, op.spec, y()); }
  /// Drops in what its input has written, unless others read that, too.
  void operator()(const DropoutLayer& op) const {
    trace.lend(layer, x);
    if (dropout == nullptr) return;
    if (net.graph_.readers(net.graph_.input(layer)).size() > 1) {
      DeviceTensor& copy = y();
      backend.resize(copy, x.shape());
      backend.copy(x, copy, 0);
    }
    backend.training().dropout(op.p, dropout_seed(dropout->seed, layer), trace.outputs_[static_cast<std::size_t>(layer)],
                               dropout->first_item);
  }
  void operator()(const SoftmaxLayer&) const { backend.softmax(x, y()); }
  void operator()(const AddLayer&) const {
    const std::span<const int> inputs = net.graph_.inputs(layer);
    const bool relu = net.rectified(layer);
    if (inputs.size() == 1) return relu ? backend.relu(x, y()) : copy(x);
    DeviceTensor sum = x;
    for (std::size_t k = 1; k < inputs.size(); ++k) {
      const bool last = k + 1 == inputs.size();
      DeviceTensor partial;
      backend.add(sum, trace.value(inputs[k]), last && relu, last ? y() : partial);
      sum = partial;
    }
  }
  void operator()(const ConcatLayer&) const { net.join(layer, x.shape().n, trace, {}); }
  void operator()(const ScaleMapsLayer&) const { backend.multiply(x, trace.value(net.graph_.inputs(layer)[1]), y()); }
  void operator()(const PermuteMapsLayer& op) const { permute_maps(backend, x, op.groups, y()); }
  void operator()(const PadLayer& op) const {
    std::vector<Window> around;
    for (int n = 0; n < x.shape().n; ++n) around.push_back({n, -op.top, -op.left});
    backend.gather_windows(x, around, net.shape(layer).map(), 0.0F, nullptr, {}, y());
  }
  void operator()(const FlattenLayer&) const {
    trace.lend(layer, Backend::view(x, {x.shape().n, static_cast<int>(x.shape().item()), 1, 1}));
  }

 private:
  [[nodiscard]] DeviceTensor& y() const { return net.own(layer, trace); }
  void copy(const DeviceTensor& from) const {
    DeviceTensor& to = y();
    backend.resize(to, from.shape());
    backend.copy(from, to, 0);
  }
  void convolve() const {
    const Filters& filters = *net.weights(layer).filters;
    backend.conv(x, filters, filters.spec().pad, net.rectified(layer), y());
  }
};

void Net::run_layer(int layer, Trace& trace, const DropoutPass* dropout) const {
  std::visit(Forward{*this, trace, layer, dropout}, op(layer));
}

DeviceTensor& Net::joined(int layer, int items, Trace& trace) const {
  DeviceTensor& maps = own(layer, trace);
  Shape whole = shape(layer);
  whole.n = items;
  backend_->resize(maps, whole);
  return maps;
}

void Net::join(int layer, int items, Trace& trace, std::span<const int> there) const {
  DeviceTensor& maps = joined(layer, items, trace);
  int first = 0;
  for (const int value : graph_.inputs(layer)) {
    const int count = shape(value).c;
    if (std::find(there.begin(), there.end(), value) == there.end()) backend_->copy_maps(trace.value(value), 0, count, maps, first);
    first += count;
  }
}

void Net::prepare(Trace& trace) const {
  trace.outputs_.resize(network_.layers.size());
  trace.switches_.resize(network_.layers.size());
  trace.lent_.resize(network_.layers.size());
}

DeviceTensor& Net::own(int layer, Trace& trace) const {
  return trace.own(layer, shape(layer).size() * static_cast<std::size_t>(trace.input().shape().n));
}

int Net::writer(int layer) const {
  while (layer != kPicture && shares_input(layer)) layer = graph_.input(layer);
  return layer;
}

void Net::forward(const DeviceTensor& x, Trace& trace, int last) const { run(x, trace, last_or(last), nullptr); }

void Net::forward_training(const DeviceTensor& x, Trace& trace, const DropoutPass& dropout) const {
  run(x, trace, logits_layer(network_), &dropout);
}

void Net::begin(const DeviceTensor& x, Trace& trace) const {
  const Shape expected{x.shape().n, network_.input.c, network_.input.h, network_.input.w};
  if (x.shape() != expected) fail("network {}: expected images of {}, found {}", network_.name, to_string(expected), to_string(x.shape()));
  prepare(trace);
  trace.input_ = x;
}

void Net::run(const DeviceTensor& x, Trace& trace, int last, const DropoutPass* dropout) const {
  begin(x, trace);
  for (int i = 0; i <= last; ++i) run_layer(i, trace, dropout);
}

Parameters Net::parameters() const {
  Parameters result;
  for (int i = 0; i < graph_.layers(); ++i) {
    const Weights& w = weights(i);
    const std::string& name = network_.layers[static_cast<std::size_t>(i)].name;
    const std::vector<LayerTensor> tensors = layer_tensors(op(i), input_shape(i));
    for (std::size_t k = 0; k < tensors.size(); ++k) {
      const DeviceTensor& held = !has_filters(op(i)) ? w.slope : k == 0 ? w.weight : w.bias;
      Tensor tensor = backend_->download(held);
      const bool linear_weight = k == 0 && std::holds_alternative<LinearLayer>(op(i));
      if (linear_weight) tensor.reshape({tensor.shape().n, static_cast<int>(tensor.shape().item()), 1, 1});
      result.emplace(name + "." + tensors[k].role, std::move(tensor));
    }
  }
  return result;
}

std::uint64_t dropout_seed(std::uint64_t pass_seed, int layer) {
  return pass_seed * 0x9E3779B97F4A7C15ULL + static_cast<std::uint64_t>(layer) + 1;
}

}  // namespace zf
