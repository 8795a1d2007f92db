#include "core/nn/backward.h"

#include <algorithm>
#include <utility>

#include "core/tensor/error.h"

namespace zf {

namespace {

/// How a layer's outputs reach into its input; kernels are square, save one that covers the map.
struct Reach {
  Size kernel{1, 1};
  int stride = 1;
  int pad = 0;
};

Reach reach_of(const LayerOp& op, const Shape& in) {
  if (const auto* conv = std::get_if<ConvLayer>(&op)) return {{conv->kernel, conv->kernel}, conv->stride, conv->pad};
  if (const auto* pool = std::get_if<MaxPoolLayer>(&op)) return {{pool->spec.kernel, pool->spec.kernel}, pool->spec.stride, pool->spec.pad};
  if (std::holds_alternative<LinearLayer>(op)) return {in.map(), 1, 0};
  return {};
}

/// Elements of an axis that `count` neighbouring outputs can reach, at most all.
int reached(int count, int kernel, int stride, int axis) { return std::min((count - 1) * stride + kernel, axis); }

/// Where the reached elements start, moved inside the map where they would hang over it.
int reached_from(int first, const Reach& reach, int size, int axis) { return std::clamp(first * reach.stride - reach.pad, 0, axis - size); }

}  // namespace

Size reached_window(const LayerOp& op, const Shape& in, Size window) {
  const Reach reach = reach_of(op, in);
  return {reached(window.h, reach.kernel.h, reach.stride, in.h), reached(window.w, reach.kernel.w, reach.stride, in.w)};
}

void BackwardPass::run(int top, Signal& signal) {
  for (int layer = top; layer >= 0; --layer) step(layer, signal);
}

void BackwardPass::place(const LayerOp& op, const Shape& in, const Signal& signal, Size& out) {
  next_.at.clear();
  out = in.map();
  if (signal.at.empty()) return;
  const Reach reach = reach_of(op, in);
  out = reached_window(op, in, signal.g.shape().map());
  for (const Window& at : signal.at) {
    next_.at.push_back({at.image, reached_from(at.y, reach, out.h, in.h), reached_from(at.x, reach, out.w, in.w)});
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
