#include "core/analysis/change.h"

#include <limits>
#include <utility>

#include "core/tensor/error.h"

namespace zf {

namespace {

const LayerOp& op_of(const Net& net, int layer) { return net.network().layers.at(static_cast<std::size_t>(layer)).op; }

using StencilOf = Stencil (*)(const LayerOp&, const Shape&);

std::vector<Extent> reached(const Net& net, Extent extent, int last, StencilOf stencil_of, int Shape::*axis) {
  std::vector<Extent> extents;
  for (int i = 0; i <= last; ++i) {
    extent = reached_outputs(stencil_of(op_of(net, i), net.input_shape(i)), extent, net.shapes()[static_cast<std::size_t>(i)].*axis);
    extents.push_back(extent);
  }
  return extents;
}

}  // namespace

std::vector<Extent> reached_rows(const Net& net, Extent rows, int last) { return reached(net, rows, last, row_stencil, &Shape::h); }

std::vector<Extent> reached_columns(const Net& net, Extent columns, int last) {
  return reached(net, columns, last, column_stencil, &Shape::w);
}

/// Fills windows_ with all that the output's windows read.
void ChangePass::gather(int layer, Size out, const std::vector<Window>& to, float outside, const Changes& changes) {
  const Stencil rows = row_stencil(op_of(*net_, layer), net_->input_shape(layer));
  const Stencil columns = column_stencil(op_of(*net_, layer), net_->input_shape(layer));
  from_.clear();
  for (const Window& window : to) {
    from_.push_back({0, read_inputs(rows, {window.y, out.h}).first, read_inputs(columns, {window.x, out.w}).first});
  }
  const Size read{read_inputs(rows, {0, out.h}).count, read_inputs(columns, {0, out.w}).count};
  net_->backend().gather_windows(clean_->input_of(layer), from_, read, outside, &changes.values, changes.at, windows_);
}

void ChangePass::step(int layer, Size out, const std::vector<Window>& to, Changes& changes) {
  const LayerOp& op = op_of(*net_, layer);
  Backend& backend = net_->backend();
  if (has_weights(op)) {
    gather(layer, out, to, 0.0F, changes);
    backend.conv(windows_, *net_->weights(layer).filters, 0, net_->rectified(layer), next_);
    changes.at = to;
  } else if (const auto* pool = std::get_if<MaxPoolLayer>(&op)) {
    gather(layer, out, to, -std::numeric_limits<float>::infinity(), changes);
    backend.max_pool(windows_, {.kernel = pool->spec.kernel, .stride = pool->spec.stride}, next_, switches_);
    changes.at = to;
  } else if (const auto* lrn = std::get_if<LrnLayer>(&op)) {
    backend.lrn(changes.values, lrn->spec, next_);
  } else if (std::holds_alternative<ReluLayer>(op)) {
    if (layer > 0 && has_weights(op_of(*net_, layer - 1))) return;
    backend.relu(changes.values, next_);
  } else if (std::holds_alternative<DropoutLayer>(op)) {
    return;
  } else {
    fail("changes: expected a layer below softmax, found {}", net_->network().layers[static_cast<std::size_t>(layer)].name);
  }
  std::swap(changes.values, next_);
}

}  // namespace zf
