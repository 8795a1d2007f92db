#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/backend/backend.h"
#include "core/nn/graph.h"
#include "core/nn/network.h"
#include "core/tensor/stored_weights.h"
#include "core/tensor/tensor.h"

namespace zf {

/// A model's tensors by name, "conv1.weight" and "conv1.bias", on the host: layer_tensors() behind their layer's name.
using Parameters = std::map<std::string, Tensor>;

/// The same as the file stores them.
using StoredParameters = std::map<std::string, StoredWeights>;

/// What the dropout masks of a training pass follow from.
struct DropoutPass {
  std::uint64_t seed = 0;
  int first_item = 0;  ///< of the images, in a batch that several processes share
};

/// What a forward pass leaves behind, on the device: the maps of every layer and the switches of every pooling, or, of an inference, of
/// some layers. A trace that is used again keeps its memory.
class Trace {
 public:
  /// The images (N, C, H, W).
  [[nodiscard]] const DeviceTensor& input() const { return input_; }
  /// The output of layer i. What a ReLU alone reads, if it can rectify its own output, does: both share memory.
  [[nodiscard]] const DeviceTensor& output(int layer) const { return outputs_.at(static_cast<std::size_t>(layer)); }
  /// The output of a layer, or the images (kPicture).
  [[nodiscard]] const DeviceTensor& value(int number) const { return number == kPicture ? input_ : output(number); }
  [[nodiscard]] const DeviceSwitches& switches(int layer) const { return switches_.at(static_cast<std::size_t>(layer)); }

 private:
  friend class Net;
  friend class PartialForward;
  /// The output of layer i to write `elements` to: never memory that another trace or the caller gave.
  DeviceTensor& own(int layer, std::size_t elements);
  void lend(int layer, const DeviceTensor& maps);
  /// Lets go of the output of layer i, whose memory the next layers may use.
  void release(int layer);

  DeviceTensor input_;
  std::vector<DeviceTensor> outputs_;
  std::vector<DeviceSwitches> switches_;
  std::vector<bool> lent_;  ///< outputs that are another's memory
  std::vector<DeviceTensor> spare_;
};

/// A network with its weights on a backend.
class Net {
 public:
  /// Takes the parameters' memory where it can: of the shapes of layer_tensors(), linear weights as (units, inputs, 1, 1), too. Throws
  /// where one is missing, left over, or of another shape.
  Net(Backend& backend, Network network, Parameters parameters);
  /// Weights narrower than float32 stay so where the backend computes with them; the result is the same. Such a net does not train.
  Net(Backend& backend, Network network, StoredParameters parameters);

  [[nodiscard]] const Network& network() const { return network_; }
  [[nodiscard]] const LayerOp& op(int layer) const { return network_.layers.at(static_cast<std::size_t>(layer)).op; }
  [[nodiscard]] Backend& backend() const { return *backend_; }
  /// Who reads whom.
  [[nodiscard]] const Graph& graph() const { return graph_; }
  /// Every layer's output for one image.
  [[nodiscard]] const std::vector<Shape>& shapes() const { return shapes_; }
  /// A layer's output, or the images (kPicture), for one image.
  [[nodiscard]] const Shape& shape(int value) const {
    return value == kPicture ? network_.input : shapes_.at(static_cast<std::size_t>(value));
  }
  /// Layer i's first input for one image.
  [[nodiscard]] const Shape& input_shape(int layer) const { return shape(graph_.input(layer)); }
  /// What layer i read first, in a trace.
  [[nodiscard]] const DeviceTensor& input_of(const Trace& trace, int layer) const { return trace.value(graph_.input(layer)); }

  /// Runs images x (N, C, H, W of the network's input) up to and including layer `last` (all by default).
  void forward(const DeviceTensor& x, Trace& trace, int last = -1) const;
  /// The same up to the last of the `wanted` layers, whose outputs alone stay: the others' memory is used again as soon as nobody reads it
  /// any more, so that it is little and in the caches. Where nothing between is wanted, a convolution does what follows it, too.
  void infer(const DeviceTensor& x, Trace& trace, std::span<const int> wanted) const;
  void infer(const DeviceTensor& x, Trace& trace, int wanted) const { infer(x, trace, {&wanted, 1}); }
  /// With dropout; stops at the logits.
  void forward_training(const DeviceTensor& x, Trace& trace, const DropoutPass& dropout) const;

  /// The tensors of a layer. pack() after changing weights or biases.
  struct Weights {
    DeviceTensor weight;  ///< (maps, channels/groups, kernel_h, kernel_w) of a layer with filters, perhaps narrower than float32
    DeviceTensor bias;    ///< (1, maps, 1, 1); zeros where the layer has none
    std::unique_ptr<Filters> filters;
    DeviceTensor slope;  ///< (1, maps, 1, 1) of a parametric ReLU
  };
  [[nodiscard]] Weights& weights(int layer) { return weights_.at(static_cast<std::size_t>(layer)); }
  [[nodiscard]] const Weights& weights(int layer) const { return weights_.at(static_cast<std::size_t>(layer)); }
  void pack(int layer);

  /// Whether the layer rectifies its own output, because a ReLU alone reads it and it can: layers with filters and sums.
  [[nodiscard]] bool rectified(int layer) const { return rectified_.at(static_cast<std::size_t>(layer)); }
  /// Whether a layer's output is its (first) input's memory: dropout, flattened maps, a ReLU that what it reads has done.
  [[nodiscard]] bool shares_input(int layer) const;

  /// Reads all tensors back; linear weights as (units, inputs, 1, 1), as model files hold them.
  [[nodiscard]] Parameters parameters() const;

 private:
  friend class PartialForward;
  struct Forward;
  struct Inference;

  void load(int layer, StoredParameters& parameters);
  void begin(const DeviceTensor& x, Trace& trace) const;
  void run(const DeviceTensor& x, Trace& trace, int last, const DropoutPass* dropout) const;
  void run_layer(int layer, Trace& trace, const DropoutPass* dropout) const;
  void prepare(Trace& trace) const;
  /// The trace's output of a layer to write to.
  [[nodiscard]] DeviceTensor& own(int layer, Trace& trace) const;
  /// The layer that wrote the memory of layer i's output; kPicture where nobody did.
  [[nodiscard]] int writer(int layer) const;
  /// The trace's output of a concatenation to write maps to, and all maps that are not `there` already.
  [[nodiscard]] DeviceTensor& joined(int layer, int items, Trace& trace) const;
  void join(int layer, int items, Trace& trace, std::span<const int> there) const;
  [[nodiscard]] int last_or(int layer) const { return layer < 0 ? graph_.layers() - 1 : layer; }

  Backend* backend_;
  Network network_;
  Graph graph_;
  std::vector<Shape> shapes_;
  std::vector<bool> rectified_;
  std::vector<Weights> weights_;  ///< one a layer; empty where it has none
};

/// The dropout mask's seed of a layer in a training pass.
[[nodiscard]] std::uint64_t dropout_seed(std::uint64_t pass_seed, int layer);

}  // namespace zf
