#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/backend/specs.h"
#include "core/tensor/shape.h"

namespace zf {

/// `maps` filters of kernel x kernel.
struct ConvLayer {
  int maps = 0;
  int kernel = 1;
  int stride = 1;
  int pad = 0;
  int groups = 1;
  friend bool operator==(const ConvLayer&, const ConvLayer&) = default;
};

/// Fully connected: every unit sees every element of the maps below.
struct LinearLayer {
  int units = 0;
  friend bool operator==(const LinearLayer&, const LinearLayer&) = default;
};

struct ReluLayer {
  friend bool operator==(const ReluLayer&, const ReluLayer&) = default;
};

struct MaxPoolLayer {
  PoolSpec spec;
  friend bool operator==(const MaxPoolLayer&, const MaxPoolLayer&) = default;
};

struct LrnLayer {
  LrnSpec spec;
  friend bool operator==(const LrnLayer&, const LrnLayer&) = default;
};

/// Inverted: scaled while training, so that evaluation does nothing.
struct DropoutLayer {
  float p = 0.5F;
  friend bool operator==(const DropoutLayer&, const DropoutLayer&) = default;
};

struct SoftmaxLayer {
  friend bool operator==(const SoftmaxLayer&, const SoftmaxLayer&) = default;
};

using LayerOp = std::variant<ConvLayer, LinearLayer, ReluLayer, MaxPoolLayer, LrnLayer, DropoutLayer, SoftmaxLayer>;

struct Layer {
  std::string name;
  LayerOp op;
  friend bool operator==(const Layer&, const Layer&) = default;
};

/// A feed-forward network: what it is made of, without weights.
struct Network {
  std::string name;
  Shape input{1, 3, 224, 224};
  std::vector<Layer> layers;
  friend bool operator==(const Network&, const Network&) = default;
};

/// "conv", "linear", "relu", "max_pool", "lrn", "dropout" or "softmax".
[[nodiscard]] std::string_view type_name(const LayerOp& op);

[[nodiscard]] bool has_weights(const LayerOp& op);

/// The output of one layer for the input `in`. Throws where the layer's sizes make no sense or nothing is left;
/// the message names the layer.
[[nodiscard]] Shape output_shape(const Layer& layer, const Shape& in);

/// The output of every layer for one image. Throws where layers or names are missing, repeated or do not fit.
[[nodiscard]] std::vector<Shape> output_shapes(const Network& network);

/// The convolution that a conv or linear layer computes on the input `in`.
[[nodiscard]] ConvSpec conv_spec(const LayerOp& op, const Shape& in);

/// Weights (maps, channels/groups, kernel_h, kernel_w) of a conv or linear layer on the input `in`.
[[nodiscard]] Shape weight_shape(const LayerOp& op, const Shape& in);

struct LayerCost {
  std::int64_t parameters = 0;
  std::int64_t multiply_adds = 0;  ///< of conv and linear layers, for one image
};
[[nodiscard]] std::vector<LayerCost> costs(const Network& network);

/// The index of the layer whose output a name means to a viewer: "conv5" is conv5 after the ReLU that follows it, "fc7"
/// likewise; "logits" the class scores before softmax; "prob" the softmax. Throws with the list of names.
[[nodiscard]] int find_layer(const Network& network, std::string_view name);

/// The index of the last layer before a final softmax: the class scores.
[[nodiscard]] int logits_layer(const Network& network);

/// The index of the last layer of the paper's "layer k": the k-th conv or linear layer and what follows it up to the next
/// (dropout and softmax not counted). Throws where there are fewer.
[[nodiscard]] int stage_end(const Network& network, int k);

/// Names that find_layer knows and that a viewer shows, bottom up: conv1, pool1, norm1, ..., logits.
[[nodiscard]] std::vector<std::string> view_names(const Network& network);

/// The name under which find_layer gives `layer`; the layer's own where none does.
[[nodiscard]] std::string view_name(const Network& network, int layer);

}  // namespace zf
