#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/exchange/caffe_graph.h"
#include "core/exchange/layer_names.h"
#include "core/exchange/network_parts.h"

namespace zf::caffe {

/// A value of the file as our layers have it: all elements of a layer's output in their order, as (1, ...).
struct Bound {
  int layer = kPicture;
  Dims dims;
};

/// The network as it grows: what lower_NAME functions read and add to.
class Lowering {
 public:
  Lowering(const Graph& graph, const WeightsFile& weights);

  [[nodiscard]] NetworkParts run();

  /// Throws where the layer has fewer bottoms.
  [[nodiscard]] const Bound& input(const Node& node, std::size_t input) const;
  /// Whether anything reads a top.
  [[nodiscard]] bool is_read(const Node& node, std::size_t top) const;

  /// The output of a layer, or the image.
  [[nodiscard]] Shape shape(int layer) const;
  /// The same elements as the maps of a layer, which may take a layer that flattens them. Throws where they are no maps.
  [[nodiscard]] int as_maps(const Node& node, const Bound& value);

  /// How many blobs of weights the layer has.
  [[nodiscard]] std::size_t blob_count(const Node& node) const;
  /// The values of one, which must have these dimensions but for leading ones. Throws where it is missing or has others.
  [[nodiscard]] std::vector<float> weights(const Node& node, std::size_t blob, const Dims& dims) const;
  /// The same as a layer's tensor of this shape.
  void set_weights(int layer, const char* role, const Shape& shape, const Node& node, std::size_t blob, const Dims& dims);

  /// Adds a layer that is named after the node; gives its number.
  int add(const Node& node, LayerOp op, const std::vector<int>& inputs);
  /// The same, of maps; gives its output as (1, C, H, W).
  [[nodiscard]] Bound added(const Node& node, LayerOp op, const std::vector<int>& inputs);
  /// A factor and a summand a map: one for all, or one each.
  [[nodiscard]] int affine(const Node& node, int layer, std::vector<float> scale, std::vector<float> shift);
  void set(int layer, const char* role, const Shape& shape, std::span<const float> values);

  /// What the node's top is.
  void bind(const Node& node, Bound value, std::size_t top = 0);

 private:
  void set(int layer, const char* role, Tensor&& tensor);
  [[nodiscard]] const Blob& find_blob(const Node& node, std::size_t blob, const Dims& dims) const;
  void lower(const Node& node);
  void check_end() const;

  const Graph* graph_;
  const WeightsFile* weights_;
  NetworkParts parts_;
  std::vector<Shape> shapes_;
  std::map<int, Bound> bound_;
  std::set<int> read_;  ///< values
  LayerNames names_;
};

using Lower = void (*)(Lowering&, const Node&);
struct LayerType {
  std::string_view name;
  Lower lower;
};
// A family of layer types each.
[[nodiscard]] std::span<const LayerType> weight_types();
[[nodiscard]] std::span<const LayerType> pointwise_types();
[[nodiscard]] std::span<const LayerType> shape_types();

/// Stands for a layer that one of the file's takes beside its own.
[[nodiscard]] Node part_of(const Node& node, const std::string& what);

/// A number along both axes, or one each.
struct Sides {
  int h = 0;
  int w = 0;
  [[nodiscard]] bool is_square() const { return h == w; }
};
/// Of a repeated field, or of those of the axes: "pad" or "pad_h" and "pad_w".
[[nodiscard]] Sides sides_of(const Message& message, const std::string& name, const std::string& axis_name, int otherwise);

/// An axis counted from the front or, below 0, from the end. Throws where there is none such.
[[nodiscard]] std::size_t axis_of(int axis, std::size_t rank);

/// "1x3x224x224"
[[nodiscard]] std::string to_string(const Dims& dims);

/// All layers of a graph in our layers. Throws with a layer's name and type where it is not of those that they can say.
[[nodiscard]] NetworkParts lower(const Graph& graph, const WeightsFile& weights);

}  // namespace zf::caffe
