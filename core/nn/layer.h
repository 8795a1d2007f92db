#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/backend/specs.h"
#include "core/tensor/shape.h"

namespace zf {

/// The most that a network may say: elements of images, kernels, strides and pads; maps, units, groups and channels; elements of a map or
/// weights.
inline constexpr int kMaxSide = 1 << 14;
inline constexpr int kMaxCount = 1 << 20;
inline constexpr std::int64_t kMaxElements = (std::int64_t{1} << 31) - 1;

/// `maps` filters of kernel x kernel. Depthwise where groups are the input's maps.
struct ConvLayer {
  int maps = 0;
  int kernel = 1;
  int stride = 1;
  int pad = 0;
  int groups = 1;
  int dilation = 1;  ///< elements from one tap of the kernel to the next
  bool bias = true;
  friend bool operator==(const ConvLayer&, const ConvLayer&) = default;
};

/// Fully connected: every unit sees every element of the maps below.
struct LinearLayer {
  int units = 0;
  bool bias = true;
  friend bool operator==(const LinearLayer&, const LinearLayer&) = default;
};

/// A factor and a summand a map: batch normalisation at inference.
struct AffineLayer {
  friend bool operator==(const AffineLayer&, const AffineLayer&) = default;
};

struct ReluLayer {
  friend bool operator==(const ReluLayer&, const ReluLayer&) = default;
};

/// Another non-linearity of each element. Of Activation::Kind::kLeakyRelu the slope may be a value a map, a tensor of the model
/// (parametric ReLU).
struct ActivationLayer {
  Activation spec;
  bool slope_a_map = false;
  friend bool operator==(const ActivationLayer&, const ActivationLayer&) = default;
};

struct MaxPoolLayer {
  PoolSpec spec;
  friend bool operator==(const MaxPoolLayer&, const MaxPoolLayer&) = default;
};

struct AveragePoolLayer {
  int kernel = 2;
  int stride = 2;
  int pad = 0;
  bool ceil = false;
  bool count_pad = true;  ///< whether the padding counts as elements
  friend bool operator==(const AveragePoolLayer&, const AveragePoolLayer&) = default;
};

/// The mean of each map.
struct GlobalAveragePoolLayer {
  friend bool operator==(const GlobalAveragePoolLayer&, const GlobalAveragePoolLayer&) = default;
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

/// The sum of all inputs, element by element.
struct AddLayer {
  friend bool operator==(const AddLayer&, const AddLayer&) = default;
};

/// The maps of all inputs, one behind the other.
struct ConcatLayer {
  friend bool operator==(const ConcatLayer&, const ConcatLayer&) = default;
};

/// The maps of the first input, each times its value in the second (1x1 maps): squeeze and excitation.
struct ScaleMapsLayer {
  friend bool operator==(const ScaleMapsLayer&, const ScaleMapsLayer&) = default;
};

/// Maps in `groups` rows, read column by column: the shuffle of channels.
struct PermuteMapsLayer {
  int groups = 1;
  friend bool operator==(const PermuteMapsLayer&, const PermuteMapsLayer&) = default;
};

/// Zeros around the maps.
struct PadLayer {
  int top = 0;
  int left = 0;
  int bottom = 0;
  int right = 0;
  friend bool operator==(const PadLayer&, const PadLayer&) = default;
};

/// All elements as maps of 1x1.
struct FlattenLayer {
  friend bool operator==(const FlattenLayer&, const FlattenLayer&) = default;
};

using LayerOp =
    std::variant<ConvLayer, LinearLayer, AffineLayer, ReluLayer, ActivationLayer, MaxPoolLayer, AveragePoolLayer, GlobalAveragePoolLayer,
                 LrnLayer, DropoutLayer, SoftmaxLayer, AddLayer, ConcatLayer, ScaleMapsLayer, PermuteMapsLayer, PadLayer, FlattenLayer>;

/// Makes one visitor of several functions. Whoever treats layers by type visits them, without a case for the rest, so that the
/// compiler names what a new type lacks.
template <typename... Cases>
struct Match : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
Match(Cases...) -> Match<Cases...>;

/// Types that one case treats alike: `[](const OneOf<AddLayer, ConcatLayer> auto&) { ... }`.
template <typename Type, typename... Types>
concept OneOf = (std::same_as<Type, Types> || ...);

/// The value that the network is given: its images.
inline constexpr int kPicture = -1;

/// Where a value stands in a list of all: the images first, then the layers.
[[nodiscard]] constexpr std::size_t value_index(int value) {
  const int index = value - kPicture;
  return static_cast<std::size_t>(index);
}

struct Layer {
  std::string name;
  LayerOp op;
  std::vector<int> inputs{};  ///< values that it reads: numbers of earlier layers, or kPicture; empty: the layer before
  friend bool operator==(const Layer&, const Layer&) = default;
};

/// As in model files: "conv", "linear", "affine", "relu", "leaky_relu", "clip", "max_pool", ...
[[nodiscard]] std::string_view type_name(const LayerOp& op);

/// Whether it is a conv or linear layer: one of the paper's numbered layers.
[[nodiscard]] bool has_weights(const LayerOp& op);

/// Whether it runs as a convolution with filters: conv, linear and affine layers.
[[nodiscard]] bool has_filters(const LayerOp& op);

/// Whether it works on each element alone and rectifies or squashes it: relu and the other non-linearities.
[[nodiscard]] bool is_activation(const LayerOp& op);

/// The output of one layer for its inputs. Throws where their number or the layer's sizes make no sense or nothing is left; the
/// message names the layer.
[[nodiscard]] Shape output_shape(const Layer& layer, std::span<const Shape> in);
[[nodiscard]] inline Shape output_shape(const Layer& layer, const Shape& in) { return output_shape(layer, std::span(&in, 1)); }

/// The convolution that a layer with filters computes on the input `in`.
[[nodiscard]] ConvSpec conv_spec(const LayerOp& op, const Shape& in);

/// Weights (maps, channels/groups, kernel_h, kernel_w) of a layer with filters on the input `in`.
[[nodiscard]] Shape weight_shape(const LayerOp& op, const Shape& in);

/// Pooling as the backend takes it, of an average or global average pool on the input `in`.
[[nodiscard]] AveragePoolSpec average_pool_spec(const AveragePoolLayer& op);
[[nodiscard]] AveragePoolSpec average_pool_spec(const GlobalAveragePoolLayer& op, const Shape& in);

/// A tensor of a layer: "weight" as weight_shape and "bias" (1, maps, 1, 1); of an affine layer "scale" and "shift"; of a
/// parametric ReLU "slope" (1, maps, 1, 1).
struct LayerTensor {
  const char* role;
  Shape shape;
};
[[nodiscard]] std::vector<LayerTensor> layer_tensors(const LayerOp& op, const Shape& in);

}  // namespace zf
