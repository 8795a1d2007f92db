#pragma once

#include <cstddef>
#include <vector>

#include "core/exchange/onnx_file.h"

namespace zf::onnx {

/// An order of computation of a graph's nodes that keeps the file's where it is one. Throws where they read each other in a circle.
[[nodiscard]] std::vector<std::size_t> order_of(const GraphMessage& graph);

}  // namespace zf::onnx
