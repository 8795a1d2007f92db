#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/exchange/network_parts.h"
#include "core/exchange/onnx_graph.h"

namespace zf::onnx {

/// The graph as our layers, one after the other as the file computes them. Throws where an operator cannot be said in them; the error
/// names the node and the operators that can.
[[nodiscard]] NetworkParts lower(Graph& graph);

/// Operators that lower() knows, and those that it folds away.
[[nodiscard]] std::vector<std::string_view> supported_operators();

}  // namespace zf::onnx
