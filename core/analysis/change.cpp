#include "core/analysis/change.h"

#include <algorithm>
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

/// A layer with weights on the clean image, before its ReLU.
const DeviceTensor& ChangePass::clean_sums(int layer) {
  sums_.resize(net_->network().layers.size());
  DeviceTensor& sums = sums_[static_cast<std::size_t>(layer)];
  const Filters& filters = *net_->weights(layer).filters;
  if (sums.empty()) net_->backend().conv(clean_->input_of(layer), filters, filters.spec().pad, false, sums);
  return sums;
}

void ChangePass::convolve_differences(int layer, Size out, const std::vector<Window>& to, Changes& changes) {
  Backend& backend = net_->backend();
  const Filters& filters = *net_->weights(layer).filters;
  const Stencil rows = row_stencil(op_of(*net_, layer), net_->input_shape(layer));
  const Stencil columns = column_stencil(op_of(*net_, layer), net_->input_shape(layer));
  // So much of a kernel hangs over before the first difference that every output which reads one is there, whatever the stride.
  const int around = rows.kernel - rows.stride;
  from_.clear();
  reached_.clear();
  Size read;
  for (const Window& at : changes.at) {
    const Window first{0, first_reached(rows, at.y), first_reached(columns, at.x)};
    const Window from{0, first.y * rows.stride - rows.pad + around, first.x * columns.stride - columns.pad + around};
    read.h = std::max(read.h, at.y - from.y + changes.values.shape().h);
    read.w = std::max(read.w, at.x - from.x + changes.values.shape().w);
    reached_.push_back(first);
    from_.push_back(from);
  }
  const auto to_whole_strides = [&](int size) { return (size + around + rows.stride - 1) / rows.stride * rows.stride - around; };
  read = {to_whole_strides(read.h), to_whole_strides(read.w)};
  backend.window_differences(clean_->input_of(layer), from_, read, changes.values, changes.at, windows_);
  backend.conv_differences(windows_, filters, differences_);
  backend.window_sums(clean_sums(layer), to, out, differences_, reached_, net_->rectified(layer), next_);
  changes.at = to;
}

void ChangePass::connect(int layer, std::span<const Changes> batches, DeviceTensor& y) {
  Backend& backend = net_->backend();
  const DeviceTensor& clean = clean_->input_of(layer);
  int items = 0;
  Window first{0, clean.shape().h, clean.shape().w};
  Size end;
  for (const Changes& batch : batches) {
    items += batch.values.shape().n;
    for (const Window& at : batch.at) {
      first = {0, std::min(first.y, at.y), std::min(first.x, at.x)};
      end = {std::max(end.h, at.y + batch.values.shape().h), std::max(end.w, at.x + batch.values.shape().w)};
    }
  }
  const Size size{end.h - first.y, end.w - first.x};
  backend.resize(joined_, {items, clean.shape().c, size.h, size.w});
  int next = 0;
  for (const Changes& batch : batches) {
    from_.assign(batch.at.size(), first);
    backend.window_differences(clean, from_, size, batch.values, batch.at, windows_);
    backend.copy(windows_, joined_, next);
    next += batch.values.shape().n;
  }
  backend.linear_differences(joined_, first, *net_->weights(layer).filters, differences_);
  from_.assign(static_cast<std::size_t>(items), {});
  backend.window_sums(clean_sums(layer), from_, {1, 1}, differences_, from_, net_->rectified(layer), y);
}

void ChangePass::step(int layer, Size out, const std::vector<Window>& to, Changes& changes) {
  const LayerOp& op = op_of(*net_, layer);
  Backend& backend = net_->backend();
  const auto* conv = std::get_if<ConvLayer>(&op);
  if (conv != nullptr && layer > 0 && conv->kernel > conv->stride) {
    convolve_differences(layer, out, to, changes);
  } else if (std::holds_alternative<LinearLayer>(op)) {
    connect(layer, std::span(&changes, 1), next_);
    changes.at = to;
  } else if (conv != nullptr) {
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
