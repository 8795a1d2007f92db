#pragma once

#include <optional>
#include <vector>

#include "core/exchange/onnx_graph.h"

namespace zf::onnx {

/// The dimensions of a node's outputs; none where its operator is unknown or its inputs' are. Throws where they make no sense.
[[nodiscard]] std::optional<std::vector<Dims>> infer_dims(Graph& graph, const Node& node);

/// How many of an axis each output of a Split gets.
[[nodiscard]] std::vector<std::int64_t> split_sizes(Graph& graph, const Node& node, std::int64_t whole);

/// Axes that a reduction removes, each once; all where it names none.
[[nodiscard]] std::vector<bool> reduced_axes(Graph& graph, const Node& node, std::size_t rank);

/// Zeros before and behind each axis of a Pad.
struct Padding {
  std::vector<std::int64_t> begin;
  std::vector<std::int64_t> end;
};
[[nodiscard]] Padding padding_of(Graph& graph, const Node& node, std::size_t rank);

}  // namespace zf::onnx
