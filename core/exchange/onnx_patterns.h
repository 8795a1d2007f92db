#pragma once

#include "core/exchange/onnx_graph.h"

namespace zf::onnx {

/// Puts one node "Pattern" in the place of the several that exporters write for one layer: SiLU, hard swish, hard sigmoid, GELU and
/// PyTorch's LocalResponseNorm.
void join_patterns(Graph& graph);

}  // namespace zf::onnx
