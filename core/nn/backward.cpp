#include "core/nn/backward.h"

#include <algorithm>
#include <utility>

#include "core/nn/stencil.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

/// Elements of an axis of `size` that `count` neighbouring outputs can reach, at most all.
int reached(const Stencil& stencil, int count, int size) { return std::min((count - 1) * stencil.stride + stencil.kernel, size); }

/// Where the `count` reached elements start, moved inside the map where they would hang over it.
int reached_from(const Stencil& stencil, int first, int count, int size) {
  return std::clamp(first * stencil.stride - stencil.pad, 0, size - count);
}

}  // namespace

Size reached_window(const LayerOp& op, const Shape& in, Size window) {
  return {reached(row_stencil(op, in), window.h, in.h), reached(column_stencil(op, in), window.w, in.w)};
}

int last_traced_layer(const Network& network, int top, Rule rule, LrnBackward lrn) {
  for (int layer = top; layer >= 0; --layer) {
    const LayerOp& op = network.layers.at(static_cast<std::size_t>(layer)).op;
    if (std::holds_alternative<MaxPoolLayer>(op)) return layer;
    if (std::holds_alternative<ReluLayer>(op) && rule != Rule::kDeconvnet) return layer;
    if (std::holds_alternative<LrnLayer>(op) && lrn == LrnBackward::kDerivative) return layer - 1;
  }
  return -1;
}

void BackwardPass::run(int top, Signal& signal) {
  for (int layer = top; layer >= 0; --layer) step(layer, signal);
}

void BackwardPass::place(const LayerOp& op, const Shape& in, const Signal& signal, Size& out) {
  next_.at.clear();
  out = in.map();
  if (signal.at.empty()) return;
  const Stencil rows = row_stencil(op, in);
  const Stencil columns = column_stencil(op, in);
  out = reached_window(op, in, signal.g.shape().map());
  for (const Window& at : signal.at) {
    next_.at.push_back({at.image, reached_from(rows, at.y, out.h, in.h), reached_from(columns, at.x, out.w, in.w)});
  }
}

void BackwardPass::step(int layer, Signal& signal) {
  const LayerOp& op = net_->network().layers.at(static_cast<std::size_t>(layer)).op;
  const Shape& in = net_->input_shape(layer);
  Backend& backend = net_->backend();
  Size out;
  if (has_weights(op)) {
    place(op, in, signal, out);
    backend.conv_transpose(signal.g, signal.at, *net_->weights(layer).filters, out, next_.at, next_.g);
    std::swap(signal, next_);
  } else if (const auto* pool = std::get_if<MaxPoolLayer>(&op)) {
    place(op, in, signal, out);
    backend.unpool(signal.g, signal.at, trace_->switches(layer), pool->spec, in.map(), out, next_.at, next_.g);
    std::swap(signal, next_);
  } else if (std::holds_alternative<ReluLayer>(op)) {
    backend.relu_backward(rule_, trace_->output(layer), signal.at, signal.g);
  } else if (const auto* lrn = std::get_if<LrnLayer>(&op)) {
    if (lrn_ == LrnBackward::kPass) return;
    backend.lrn_backward(trace_->input_of(layer), lrn->spec, signal.g, signal.at, next_.g);
    std::swap(signal.g, next_.g);
  } else if (std::holds_alternative<SoftmaxLayer>(op)) {
    fail("layer {}: a signal starts below softmax, at the logits", net_->network().layers[static_cast<std::size_t>(layer)].name);
  }
}

}  // namespace zf
