#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/backend/backend.h"
#include "core/nn/network.h"
#include "core/tensor/tensor.h"

namespace zf {

/// Weights and biases by name, "conv1.weight" and "conv1.bias", on the host.
using Parameters = std::map<std::string, Tensor>;

/// What a forward pass leaves behind, on the device: the maps of every layer and the switches of every pooling. A trace
/// that is used again keeps its memory.
class Trace {
 public:
  /// The images (N, C, H, W).
  [[nodiscard]] const DeviceTensor& input() const { return input_; }
  /// The output of layer i. A conv or linear layer that a ReLU follows holds its rectified maps: both share memory.
  [[nodiscard]] const DeviceTensor& output(int layer) const { return outputs_.at(static_cast<std::size_t>(layer)); }
  /// What layer i read: the output below it, or the images.
  [[nodiscard]] const DeviceTensor& input_of(int layer) const { return layer == 0 ? input_ : output(layer - 1); }
  [[nodiscard]] const DeviceSwitches& switches(int layer) const { return switches_.at(static_cast<std::size_t>(layer)); }

 private:
  friend class Net;
  DeviceTensor input_;
  std::vector<DeviceTensor> outputs_;
  std::vector<DeviceSwitches> switches_;
};

/// A network with its weights on a backend.
class Net {
 public:
  /// Takes the parameters' memory where it can: weights of weight_shape(), linear ones as (units, inputs, 1, 1) too, biases of
  /// (1, maps, 1, 1). Throws where one is missing, left over, or of another shape.
  Net(Backend& backend, Network network, Parameters parameters);

  [[nodiscard]] const Network& network() const { return network_; }
  [[nodiscard]] Backend& backend() const { return *backend_; }
  /// Every layer's output for one image.
  [[nodiscard]] const std::vector<Shape>& shapes() const { return shapes_; }
  /// Layer i's input for one image.
  [[nodiscard]] const Shape& input_shape(int layer) const {
    return layer == 0 ? network_.input : shapes_.at(static_cast<std::size_t>(layer) - 1);
  }

  /// Runs images x (N, C, H, W of the network's input) up to and including layer `last` (all by default).
  void forward(const DeviceTensor& x, Trace& trace, int last = -1) const;
  /// Goes on above `layer` with `maps` (N items) as its output, up to and including layer `last`. What the trace holds of the
  /// layers below is left as it was.
  void forward_from(int layer, const DeviceTensor& maps, Trace& trace, int last = -1) const;
  /// With dropout, whose masks follow from `seed`; stops at the logits.
  void forward_training(const DeviceTensor& x, Trace& trace, std::uint64_t seed) const;

  /// The weights of a conv or linear layer; pack() after changing them.
  struct Weights {
    DeviceTensor weight;  ///< (maps, channels/groups, kernel_h, kernel_w)
    DeviceTensor bias;    ///< (1, maps, 1, 1)
    std::unique_ptr<Filters> filters;
  };
  [[nodiscard]] Weights& weights(int layer) { return weights_.at(static_cast<std::size_t>(layer)); }
  [[nodiscard]] const Weights& weights(int layer) const { return weights_.at(static_cast<std::size_t>(layer)); }
  void pack(int layer);

  /// Whether a ReLU follows, so that this layer's output is rectified already.
  [[nodiscard]] bool rectified(int layer) const;

  /// Reads all weights back; linear weights as (units, inputs, 1, 1), as model files hold them.
  [[nodiscard]] Parameters parameters() const;

 private:
  void load(int layer, Parameters& parameters);
  void run(const DeviceTensor& x, Trace& trace, int last, const std::uint64_t* dropout_seed) const;
  void run_layers(int first, int last, Trace& trace, const std::uint64_t* dropout_seed) const;
  [[nodiscard]] int last_or(int layer) const;
  void run_layer(int layer, Trace& trace, const std::uint64_t* pass_seed) const;

  Backend* backend_;
  Network network_;
  std::vector<Shape> shapes_;
  std::vector<Weights> weights_;  ///< one a layer; empty where it has none
};

/// The dropout mask's seed of a layer in a training pass.
[[nodiscard]] std::uint64_t dropout_seed(std::uint64_t pass_seed, int layer);

}  // namespace zf
