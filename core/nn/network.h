#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/nn/layer.h"
#include "core/tensor/shape.h"

namespace zf {

/// A feed-forward network: what it is made of, without weights. Layers stand in an order of computation; Graph knows who reads whom.
struct Network {
  std::string name;
  Shape input{1, 3, 224, 224};
  std::vector<Layer> layers;
  friend bool operator==(const Network&, const Network&) = default;
};

/// The output of every layer for one image. Throws where layers or names are missing, repeated or do not fit.
[[nodiscard]] std::vector<Shape> output_shapes(const Network& network);

/// The (first) input of every layer for one image.
[[nodiscard]] std::vector<Shape> input_shapes(const Network& network);

struct LayerCost {
  std::int64_t parameters = 0;
  std::int64_t multiply_adds = 0;  ///< of conv and linear layers, for one image
};
[[nodiscard]] std::vector<LayerCost> costs(const Network& network);

/// The index of the layer whose output a name means to a viewer: "conv5" is conv5 after the ReLU (or normalisation and ReLU) that alone
/// reads it, "fc7" and "add2" likewise; "logits" the class scores before softmax; "prob" the softmax. Throws with the list of names.
[[nodiscard]] int find_layer(const Network& network, std::string_view name);

/// The index of the last layer before a final softmax: the class scores.
[[nodiscard]] int logits_layer(const Network& network);

/// The index of the last layer of the paper's "layer k": the k-th conv or linear layer and what follows it up to the next
/// (dropout and softmax not counted). Throws where there are fewer.
[[nodiscard]] int stage_end(const Network& network, int k);

/// What a viewer sees under one name: the layer of that name, and the last of what alone reads it and is seen as one with it.
struct ShownLayer {
  std::string name;  ///< find_layer gives `last` for it
  int first = 0;
  int last = 0;
};
/// Bottom up: all layers but dropout, softmax and what only rearranges memory.
[[nodiscard]] std::vector<ShownLayer> shown_layers(const Network& network);

/// Their names: conv1, pool1, norm1, ..., logits.
[[nodiscard]] std::vector<std::string> view_names(const Network& network);

/// The name under which find_layer gives `layer`; the layer's own where none does.
[[nodiscard]] std::string view_name(const Network& network, int layer);

}  // namespace zf
