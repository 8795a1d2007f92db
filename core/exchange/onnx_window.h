#pragma once

#include <cstdint>
#include <vector>

#include "core/exchange/onnx_graph.h"

namespace zf::onnx {

/// How a kernel moves over the axes behind items and maps: convolutions and pools of any number of axes, auto_pad resolved.
struct Sliding {
  std::vector<std::int64_t> kernel;
  std::vector<std::int64_t> stride;
  std::vector<std::int64_t> dilation;
  std::vector<std::int64_t> begin;  ///< padding before
  std::vector<std::int64_t> end;    ///< and behind
  bool ceil = false;
  Dims out;  ///< places along each axis
};

/// Whether two sides along height and width are alike.
[[nodiscard]] inline bool is_square(const std::vector<std::int64_t>& sides) { return sides[0] == sides[1]; }

/// Of a Conv (whose weights have the dimensions `weights`), MaxPool or AveragePool on a value of dimensions `in`. Throws where sizes are
/// out of range or nothing is left.
[[nodiscard]] Sliding sliding(const Node& node, const Dims& in, const Dims* weights);

}  // namespace zf::onnx
