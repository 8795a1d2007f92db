#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/exchange/onnx_file.h"
#include "core/exchange/onnx_tensor.h"
#include "core/nn/layer.h"

namespace zf::onnx {

/// A value of the graph: a constant, or what depends on the images.
struct Value {
  std::string name;
  std::optional<Dims> dims;                ///< none: unknown until the network runs
  Constant constant;                       ///< decoded
  const TensorMessage* message = nullptr;  ///< a constant that nobody has decoded yet
  int producer = -1;                       ///< the node that computes it; -1: an input or a constant

  [[nodiscard]] bool is_constant() const { return constant != nullptr || message != nullptr; }
};

/// An operation whose result depends on the images.
struct Node {
  std::string name;
  std::string op;
  std::vector<int> inputs;   ///< values; -1 where one is left out
  std::vector<int> outputs;  ///< values; -1 where nobody wants one
  const NodeMessage* message = nullptr;
  std::optional<LayerOp> layer;  ///< what a pattern of several nodes computes, of a node "Pattern"
  std::string trouble;           ///< why its output is not known; said only where the network needs it

  [[nodiscard]] const AttributeMessage* attribute(std::string_view key) const;
  [[nodiscard]] std::int64_t integer(std::string_view key, std::int64_t otherwise) const;
  [[nodiscard]] float number(std::string_view key, float otherwise) const;
  [[nodiscard]] std::string text(std::string_view key, const std::string& otherwise) const;
  /// Empty where it is not there.
  [[nodiscard]] std::vector<std::int64_t> integers(std::string_view key) const;
};

/// What a network computes, cleaned: constants folded, branches chosen, identities gone, shapes known. Nodes are in an order of
/// computation.
struct Graph {
  const FileMessage* file = nullptr;
  std::vector<Value> values;
  std::vector<Node> nodes;
  int input = -1;   ///< value of the images
  int output = -1;  ///< value of the class scores
  std::vector<std::string> notes;

  [[nodiscard]] std::int64_t opset() const { return file->opset; }
  [[nodiscard]] Value& value(int number) { return values.at(static_cast<std::size_t>(number)); }
  [[nodiscard]] const Value& value(int number) const { return values.at(static_cast<std::size_t>(number)); }
  [[nodiscard]] bool is_constant(int number) const { return number >= 0 && value(number).is_constant(); }
  /// The numbers of a constant. Throws where the value is none.
  [[nodiscard]] const Array& constant(int number);
  /// Lets go of a constant's numbers where they can be decoded again.
  void forget(int number);
  /// The dimensions of a value. Throws where they are unknown.
  [[nodiscard]] const Dims& dims(int number) const;
  /// The node that computes a value; nullptr where none does.
  [[nodiscard]] const Node* producer(int number) const;
};

struct GraphOptions {
  int size = 0;                                   ///< height and width of the images where the file leaves them open
  std::string output;                             ///< the value that the network ends with; empty: the file's first output
  std::size_t max_folded = std::size_t{1} << 28;  ///< numbers that folding may make
};

/// Cleans a file's graph, keeping what its output depends on. The file must outlive it.
[[nodiscard]] Graph build_graph(const FileMessage& file, const GraphOptions& options);

/// Drops nodes that the output does not depend on.
void drop_unused(Graph& graph);

/// A dimension's or axis's number where it may count from the end. Throws where it is neither.
[[nodiscard]] std::size_t axis_of(std::int64_t axis, std::size_t rank);

/// Axes of Squeeze, Unsqueeze and the reductions: an attribute, or from some opset on the second input. None where the node has none.
[[nodiscard]] std::optional<std::vector<std::int64_t>> axes_of(Graph& graph, const Node& node);

/// Starts and steps of a Slice along all axes, and the dimensions that it leaves.
struct SliceRange {
  std::vector<std::int64_t> starts;
  std::vector<std::int64_t> steps;
  Dims dims;
};
[[nodiscard]] SliceRange slice_range(Graph& graph, const Node& node, const Dims& dims);

/// The dimensions that a Reshape asks for, of a value with `dims`.
[[nodiscard]] Dims reshaped_dims(const Dims& dims, const std::vector<std::int64_t>& wanted, bool allow_zero);

}  // namespace zf::onnx
