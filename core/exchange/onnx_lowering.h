#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/exchange/layer_names.h"
#include "core/exchange/network_parts.h"
#include "core/exchange/onnx_graph.h"
#include "core/exchange/onnx_view.h"
#include "core/exchange/refused_node.h"

namespace zf::onnx {

/// A value of the file as our layers have it.
struct Bound {
  int layer = kPicture;
  View view;
};

/// The network as it grows: what lower_NAME functions read and add to.
class Lowering {
 public:
  explicit Lowering(Graph& graph);

  [[nodiscard]] NetworkParts run();

  [[nodiscard]] Graph& graph() { return *graph_; }
  [[nodiscard]] bool is_constant(const Node& node, std::size_t input) const;
  [[nodiscard]] bool has(const Node& node, std::size_t input) const;
  /// A constant input of a node. Throws where it depends on the images or is left out.
  [[nodiscard]] const Array& constant(const Node& node, std::size_t input);
  /// An input that depends on the images. Throws where it does not.
  [[nodiscard]] const Bound& input(const Node& node, std::size_t input) const;

  /// Whether anything reads an output of a node.
  [[nodiscard]] bool is_read(const Node& node, std::size_t output) const;

  /// The output of a layer, or the images: (items of the file's batch, C, H, W).
  [[nodiscard]] Shape shape(int layer) const;
  /// Whether no element of it can be below 0.
  [[nodiscard]] bool is_nonnegative(int layer) const;

  /// The same elements as (N, C, H, W) on a layer of that shape, which may take a layer that moves them. Throws where none can.
  [[nodiscard]] Bound as_maps(const Node& node, const Bound& value);
  /// The same elements as (N, K) on a layer of 1x1 maps.
  [[nodiscard]] Bound as_vector(const Node& node, const Bound& value);
  /// Such that every axis is items, maps, rows or columns.
  [[nodiscard]] Bound with_roles(const Node& node, const Bound& value);

  /// Adds a layer that is named after the weights' tensor (or none) and the node; gives its number.
  int add(const Node& node, LayerOp op, const std::vector<int>& inputs, std::string_view weights = "");
  /// The same; gives its output as (N, C, H, W).
  [[nodiscard]] Bound added(const Node& node, LayerOp op, const std::vector<int>& inputs, std::string_view weights = "");
  /// A layer that works on each element alone, so that the value lies as before.
  [[nodiscard]] Bound pointwise(const Node& node, LayerOp op, const Bound& value);
  /// scale * x + shift, a value a map; of one value where all are alike.
  [[nodiscard]] Bound affine(const Node& node, const Bound& value, std::vector<float> scale, std::vector<float> shift);
  void set(int layer, const char* role, const Shape& shape, std::vector<float> values);
  void set(int layer, const char* role, Tensor tensor);

  /// What the node's output is.
  void bind(const Node& node, Bound value, std::size_t output = 0);

 private:
  void lower(const Node& node);
  void finish();
  /// The layers until now.
  [[nodiscard]] std::vector<RefusedNode::LayerBefore> before() const;

  Graph* graph_;
  NetworkParts parts_;
  std::vector<Shape> shapes_;
  std::vector<bool> nonnegative_;
  std::map<int, Bound> bound_;
  std::set<int> read_;  ///< values
  LayerNames names_;
  int batch_ = 1;
};

/// A value as a constant that broadcasts against it wants it, and the constant's numbers: one, or one a map.
struct Operand {
  Bound value;
  std::vector<float> numbers;
};
/// `first`: the value's axis where the constant's axes begin; none: they end together.
[[nodiscard]] Operand with_constant(Lowering& net, const Node& node, const Bound& value, const Array& constant,
                                    std::optional<std::int64_t> first = std::nullopt);

using Lower = void (*)(Lowering&, const Node&);
struct Operator {
  std::string_view name;
  Lower lower;
};
// A family of operators each.
[[nodiscard]] std::span<const Operator> weight_operators();
[[nodiscard]] std::span<const Operator> pool_operators();
[[nodiscard]] std::span<const Operator> pointwise_operators();
[[nodiscard]] std::span<const Operator> arithmetic_operators();
[[nodiscard]] std::span<const Operator> view_operators();

}  // namespace zf::onnx
