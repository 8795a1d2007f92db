#include "core/nn/partial_forward.h"

#include <algorithm>

#include "core/tensor/error.h"

namespace zf {

PartialForward::PartialForward(const Net& net, const Trace& clean, Trace& trace)
    : net_(&net), clean_(&clean), trace_(&trace), changed_(net.network().layers.size()) {
  net.prepare(trace);
}

void PartialForward::replace(int layer, const DeviceTensor& maps) {
  Shape expected = net_->shape(layer);
  expected.n = items_ == 0 ? maps.shape().n : items_;
  const std::string& name = net_->network().layers.at(static_cast<std::size_t>(layer)).name;
  if (maps.shape() != expected) fail("layer {}: expected maps of {}, found {}", name, to_string(expected), to_string(maps.shape()));
  if (layer + 1 < next_) fail("layer {}: expected a layer above all that ran, found it below", name);
  items_ = expected.n;
  trace_->lend(layer, maps);
  changed_[static_cast<std::size_t>(layer)] = true;
  next_ = layer + 1;
}

void PartialForward::run(int last) {
  for (; next_ <= last; ++next_) {
    const std::span<const int> inputs = net_->graph().inputs(next_);
    if (std::none_of(inputs.begin(), inputs.end(), [this](int value) { return follows(value); })) continue;
    for (const int value : inputs) {
      if (!follows(value)) borrow(value);
    }
    net_->run_layer(next_, *trace_, nullptr);
    changed_[static_cast<std::size_t>(next_)] = true;
  }
}

const DeviceTensor& PartialForward::output(int layer) const { return follows(layer) ? trace_->output(layer) : clean_->output(layer); }

/// Makes the trace hold a clean value, as often as there are items.
void PartialForward::borrow(int value) {
  const DeviceTensor& from = clean_->value(value);
  DeviceTensor held = from;
  if (from.shape().n != items_) {
    held = {};
    const std::vector<Window> first(static_cast<std::size_t>(items_));
    net_->backend().gather_windows(from, first, from.shape().map(), 0.0F, nullptr, {}, held);
  }
  if (value == kPicture) {
    trace_->input_ = held;
  } else {
    trace_->lend(value, held);
  }
}

}  // namespace zf
