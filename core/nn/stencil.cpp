#include "core/nn/stencil.h"

namespace zf {

namespace {

Stencil stencil(const LayerOp& op, int linear_kernel) {
  if (const auto* conv = std::get_if<ConvLayer>(&op)) return {conv->kernel, conv->stride, conv->pad};
  if (const auto* pool = std::get_if<MaxPoolLayer>(&op)) return {pool->spec.kernel, pool->spec.stride, pool->spec.pad};
  if (std::holds_alternative<LinearLayer>(op)) return {linear_kernel, 1, 0};
  return {};
}

}  // namespace

Stencil row_stencil(const LayerOp& op, const Shape& in) { return stencil(op, in.h); }

Stencil column_stencil(const LayerOp& op, const Shape& in) { return stencil(op, in.w); }

}  // namespace zf
