#pragma once

#include <optional>

#include "core/exchange/onnx_graph.h"

namespace zf::onnx {

/// What a node gives whose inputs are all constants; none where folding does not know its operator. Throws where the inputs make no
/// sense or the result has more than `most` numbers.
[[nodiscard]] std::optional<Array> fold(Graph& graph, const Node& node, std::size_t most);

}  // namespace zf::onnx
