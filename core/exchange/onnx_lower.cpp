#include "core/exchange/onnx_lower.h"

#include <algorithm>

#include "core/exchange/onnx_lowering.h"

namespace zf::onnx {

NetworkParts lower(Graph& graph) { return Lowering(graph).run(); }

std::vector<std::string_view> supported_operators() {
  std::vector<std::string_view> names{"Cast", "Constant", "ConstantOfShape", "Dropout", "Identity", "If", "Shape", "Size"};
  for (const auto family : {weight_operators(), pool_operators(), pointwise_operators(), arithmetic_operators(), view_operators()}) {
    for (const Operator& one : family) names.push_back(one.name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace zf::onnx
