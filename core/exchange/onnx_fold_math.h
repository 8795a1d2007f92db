#pragma once

#include <optional>
#include <string_view>

#include "core/exchange/onnx_tensor.h"

namespace zf::onnx {

/// The dimensions of a result whose inputs broadcast as numpy does. Throws where they do not fit.
[[nodiscard]] Dims broadcast(const Dims& a, const Dims& b);

/// f of two arrays, element by element; none where `op` is no such operator. Whole numbers stay whole.
[[nodiscard]] std::optional<Array> fold_binary(std::string_view op, const Array& a, const Array& b, std::size_t most);
/// f of an array, element by element; none where `op` is no such operator.
[[nodiscard]] std::optional<Array> fold_unary(std::string_view op, const Array& a);

/// `a` repeated to larger dimensions.
[[nodiscard]] Array expand(const Array& a, const Dims& dims);

}  // namespace zf::onnx
