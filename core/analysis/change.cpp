#include "core/analysis/change.h"

#include <limits>
#include <utility>

#include "core/tensor/error.h"

namespace zf {

namespace {

const LayerOp& op_of(const Net& net, int layer) { return net.network().layers.at(static_cast<std::size_t>(layer)).op; }

using StencilOf = Stencil (*)(const LayerOp&, const Shape&);

std::vector<int> reached_counts(const Net& net, Extent extent, int last, StencilOf stencil_of, int Shape::*axis) {
  std::vector<int> counts;
  for (int i = 0; i <= last; ++i) {
    extent = reached_outputs(stencil_of(op_of(net, i), net.input_shape(i)), extent, net.shapes()[static_cast<std::size_t>(i)].*axis);
    counts.push_back(extent.count);
  }
  return counts;
}

}  // namespace

std::vector<int> reached_row_counts(const Net& net, Extent rows, int last) {
  return reached_counts(net, rows, last, row_stencil, &Shape::h);
}

std::vector<int> reached_column_counts(const Net& net, Extent columns, int last) {
  return reached_counts(net, columns, last, column_stencil, &Shape::w);
}

/// Fills windows_ with all that the outputs which the changes reach read, and to_ with where those outputs lie.
bool ChangePass::gather(const DeviceTensor& clean, Stencil rows, Stencil columns, const Shape& out, float outside, Changes& changes) {
  from_.clear();
  to_.clear();
  Size read;
  for (const Window& at : changes.at) {
    const Shape& in = changes.values.shape();
    const Extent out_rows = reached_outputs(rows, {at.y, in.h}, out.h);
    const Extent out_columns = reached_outputs(columns, {at.x, in.w}, out.w);
    if (out_rows.count == 0 || out_columns.count == 0) return false;
    const Extent in_rows = read_inputs(rows, out_rows);
    const Extent in_columns = read_inputs(columns, out_columns);
    const Size size{in_rows.count, in_columns.count};
    if (!from_.empty() && size != read)
      fail("changes: expected windows of one size, found {}x{} beside {}x{}", size.h, size.w, read.h, read.w);
    read = size;
    from_.push_back({0, in_rows.first, in_columns.first});
    to_.push_back({0, out_rows.first, out_columns.first});
  }
  net_->backend().gather_windows(clean, from_, read, outside, &changes.values, changes.at, windows_);
  return true;
}

bool ChangePass::step(int layer, Changes& changes) {
  const LayerOp& op = op_of(*net_, layer);
  const Shape& in = net_->input_shape(layer);
  const Shape& out = net_->shapes()[static_cast<std::size_t>(layer)];
  const Stencil rows = row_stencil(op, in);
  const Stencil columns = column_stencil(op, in);
  Backend& backend = net_->backend();
  if (has_weights(op)) {
    if (!gather(clean_->input_of(layer), rows, columns, out, 0.0F, changes)) return false;
    backend.conv(windows_, *net_->weights(layer).filters, 0, net_->rectified(layer), next_);
    std::swap(changes.at, to_);
  } else if (const auto* pool = std::get_if<MaxPoolLayer>(&op)) {
    if (!gather(clean_->input_of(layer), rows, columns, out, -std::numeric_limits<float>::infinity(), changes)) return false;
    backend.max_pool(windows_, {.kernel = pool->spec.kernel, .stride = pool->spec.stride}, next_, switches_);
    std::swap(changes.at, to_);
  } else if (const auto* lrn = std::get_if<LrnLayer>(&op)) {
    backend.lrn(changes.values, lrn->spec, next_);
  } else if (std::holds_alternative<ReluLayer>(op)) {
    if (layer > 0 && has_weights(op_of(*net_, layer - 1))) return true;
    backend.relu(changes.values, next_);
  } else if (std::holds_alternative<DropoutLayer>(op)) {
    return true;
  } else {
    fail("changes: expected a layer below softmax, found {}", net_->network().layers[static_cast<std::size_t>(layer)].name);
  }
  std::swap(changes.values, next_);
  return true;
}

}  // namespace zf
