#include "core/nn/backward.h"

#include <algorithm>
#include <utility>

#include "core/nn/permute.h"
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

/// The highest value that a signal reads of a trace on its way through one layer; kPicture where it reads none, or the images.
int traced_value(const Layer& layer, int number, std::span<const int> inputs, Rule rule, LrnBackward lrn) {
  return std::visit(
      Match{[=](const MaxPoolLayer&) { return number; }, [=](const ReluLayer&) { return rule == Rule::kDeconvnet ? kPicture : number; },
            [=](const ActivationLayer& op) { return rule == Rule::kDeconvnet && op.spec.rectifies() ? kPicture : inputs.front(); },
            [=](const LrnLayer&) { return lrn == LrnBackward::kPass ? kPicture : inputs.front(); },
            [=](const ScaleMapsLayer&) { return std::max(inputs[0], inputs[1]); },
            [](const OneOf<ConvLayer, LinearLayer, AffineLayer, AveragePoolLayer, GlobalAveragePoolLayer, DropoutLayer, SoftmaxLayer,
                           AddLayer, ConcatLayer, PermuteMapsLayer, PadLayer, FlattenLayer> auto&) { return kPicture; }},
      layer.op);
}

}  // namespace

Size reached_window(const LayerOp& op, const Shape& in, Size window) {
  return {reached(row_stencil(op, in), window.h, in.h), reached(column_stencil(op, in), window.w, in.w)};
}

int last_traced_layer(const Network& network, int top, Rule rule, LrnBackward lrn) {
  const Graph graph(network);
  const std::vector<bool> passed = graph.ancestors(top);
  int last = kPicture;
  for (int i = 0; i <= top; ++i) {
    if (!passed[static_cast<std::size_t>(i)]) continue;
    last = std::max(last, traced_value(network.layers[static_cast<std::size_t>(i)], i, graph.inputs(i), rule, lrn));
  }
  return last;
}

BackwardPass::BackwardPass(const Net& net, const Trace& trace, Rule rule, LrnBackward lrn)
    : net_(&net),
      trace_(&trace),
      rule_(rule),
      lrn_(lrn),
      signals_(net.network().layers.size() + 1),
      here_(net.network().layers.size() + 1) {}

void BackwardPass::run(int top, Signal& signal) {
  begin(top, std::move(signal));
  while (layer_ >= 0) step();
  signal = take_images();
}

void BackwardPass::begin(int top, Signal&& signal) {
  std::fill(here_.begin(), here_.end(), false);
  layer_ = top;
  give(top, std::move(signal));
}

void BackwardPass::drop() {
  spare_.push_back(take(layer_).g);
  next_layer();
}

Signal BackwardPass::take_images() { return take(kPicture); }

Signal BackwardPass::take(int value) {
  here_[value_index(value)] = false;
  return std::exchange(at(value), {});
}

void BackwardPass::next_layer() {
  while (layer_ >= 0 && !has_signal(layer_)) --layer_;
}

/// Memory that no signal has.
DeviceTensor BackwardPass::spare() {
  if (spare_.empty()) return {};
  DeviceTensor tensor = std::move(spare_.back());
  spare_.pop_back();
  return tensor;
}

/// Adds a part to a value's signal.
void BackwardPass::give(int value, Signal&& part) {
  at(value) = has_signal(value) ? sum(take(value), std::move(part), net_->shape(value)) : std::move(part);
  here_[value_index(value)] = true;
}

/// On windows that hold both, all of one size, within the maps.
Signal BackwardPass::sum(Signal&& a, Signal&& b, const Shape& maps) {
  Backend& backend = net_->backend();
  Signal both{spare(), a.at};
  if (a.at == b.at && a.g.shape() == b.g.shape()) {
    backend.add(a.g, b.g, false, both.g);
  } else {
    const Size size_a = a.g.shape().map();
    const Size size_b = b.g.shape().map();
    Size size;
    for (std::size_t k = 0; k < a.at.size(); ++k) {
      Window& at = both.at[k];
      at = {a.at[k].image, std::min(a.at[k].y, b.at[k].y), std::min(a.at[k].x, b.at[k].x)};
      size.h = std::max(size.h, std::max(a.at[k].y + size_a.h, b.at[k].y + size_b.h) - at.y);
      size.w = std::max(size.w, std::max(a.at[k].x + size_a.w, b.at[k].x + size_b.w) - at.x);
    }
    std::vector<Window> of_a;
    std::vector<Window> of_b;
    std::vector<Window> whole;
    for (std::size_t k = 0; k < a.at.size(); ++k) {
      const int item = static_cast<int>(k);
      Window& at = both.at[k];
      at = {at.image, std::min(at.y, maps.h - size.h), std::min(at.x, maps.w - size.w)};
      of_a.push_back({item, at.y - a.at[k].y, at.x - a.at[k].x});
      of_b.push_back({item, b.at[k].y - at.y, b.at[k].x - at.x});
      whole.push_back({item, 0, 0});
    }
    DeviceTensor grown = spare();
    backend.gather_windows(a.g, of_a, size, 0.0F, nullptr, {}, grown);
    backend.window_sums(grown, whole, size, b.g, of_b, false, both.g);
    spare_.push_back(std::move(grown));
  }
  spare_.push_back(std::move(a.g));
  spare_.push_back(std::move(b.g));
  return both;
}

/// Passes a signal through one layer, type by type.
struct BackwardPass::Down {
  BackwardPass& pass;
  int layer;
  Signal signal;
  const Net& net = *pass.net_;
  Backend& backend = net.backend();
  std::span<const int> inputs = net.graph().inputs(layer);
  const LayerOp& op = net.network().layers[static_cast<std::size_t>(layer)].op;
  const Shape& in = net.input_shape(layer);

  void operator()(const OneOf<ConvLayer, LinearLayer, AffineLayer> auto&) { convolve(); }
  void operator()(const ReluLayer&) {
    backend.relu_backward(pass.rule_, pass.trace_->output(layer), signal.at, signal.g);
    pass_on();
  }
  void operator()(const ActivationLayer& activation) {
    const DeviceTensor* slopes = activation.slope_a_map ? &net.weights(layer).slope : nullptr;
    backend.activation_backward(pass.rule_, activation.spec, slopes, trace_value(0), signal.at, signal.g);
    pass_on();
  }
  void operator()(const MaxPoolLayer& pool) {
    Signal below = placed();
    backend.unpool(signal.g, signal.at, pass.trace_->switches(layer), pool.spec, in.map(), reach(), below.at, below.g);
    replace(std::move(below));
  }
  void operator()(const AveragePoolLayer& pool) { average(average_pool_spec(pool)); }
  void operator()(const GlobalAveragePoolLayer& pool) { average(average_pool_spec(pool, in)); }
  void operator()(const LrnLayer& lrn) {
    if (pass.lrn_ == LrnBackward::kPass) return pass_on();
    if (lrn.spec.within) {
      Signal below = placed();
      backend.lrn_within_backward(trace_value(0), lrn.spec, signal.g, signal.at, reach(), below.at, below.g);
      return replace(std::move(below));
    }
    Signal below{pass.spare(), signal.at};
    backend.lrn_backward(trace_value(0), lrn.spec, signal.g, signal.at, below.g);
    replace(std::move(below));
  }
  void operator()(const DropoutLayer&) { pass_on(); }
  void operator()(const SoftmaxLayer&) {
    fail("layer {}: expected one below softmax, such as the logits, found softmax",
         net.network().layers[static_cast<std::size_t>(layer)].name);
  }
  void operator()(const AddLayer&) {
    for (std::size_t k = 1; k < inputs.size(); ++k) {
      Signal copy{pass.spare(), signal.at};
      backend.resize(copy.g, signal.g.shape());
      backend.copy(signal.g, copy.g, 0);
      pass.give(inputs[k], std::move(copy));
    }
    pass_on();
  }
  void operator()(const ConcatLayer&) {
    int first = 0;
    for (const int value : inputs) {
      const int maps = net.shape(value).c;
      Signal part{pass.spare(), signal.at};
      const Shape& g = signal.g.shape();
      backend.resize(part.g, {g.n, maps, g.h, g.w});
      backend.copy_maps(signal.g, first, maps, part.g, 0);
      first += maps;
      pass.give(value, std::move(part));
    }
    pass.spare_.push_back(std::move(signal.g));
  }
  void operator()(const ScaleMapsLayer&) {
    const bool whole = signal.at.empty();
    std::vector<Window> images;
    for (const Window& at : signal.at) images.push_back({at.image, 0, 0});
    DeviceTensor gathered = pass.spare();
    const auto part_of = [&](const DeviceTensor& value, const std::vector<Window>& at, Size size) -> const DeviceTensor& {
      if (whole) return value;
      backend.gather_windows(value, at, size, 0.0F, nullptr, {}, gathered);
      return gathered;
    };
    Signal to_maps{pass.spare(), signal.at};
    backend.multiply(signal.g, part_of(trace_value(1), images, {1, 1}), to_maps.g);
    DeviceTensor products = pass.spare();
    backend.multiply(signal.g, part_of(trace_value(0), signal.at, signal.g.shape().map()), products);
    Signal to_factors{pass.spare(), images};
    backend.channel_sum(products, to_factors.g);
    pass.spare_.push_back(std::move(gathered));
    pass.spare_.push_back(std::move(products));
    pass.give(inputs[1], std::move(to_factors));
    replace(std::move(to_maps));
  }
  void operator()(const PermuteMapsLayer& permute) {
    Signal below{pass.spare(), signal.at};
    permute_maps(backend, signal.g, in.c / permute.groups, below.g);
    replace(std::move(below));
  }
  void operator()(const PadLayer& pad) {
    Signal below = placed();
    std::vector<Window> from;
    for (int k = 0; k < signal.g.shape().n; ++k) {
      const auto i = static_cast<std::size_t>(k);
      const Window at = signal.at.empty() ? Window{k, 0, 0} : signal.at[i];
      const Window to = below.at.empty() ? Window{k, 0, 0} : below.at[i];
      from.push_back({k, to.y + pad.top - at.y, to.x + pad.left - at.x});
    }
    backend.gather_windows(signal.g, from, reach(), 0.0F, nullptr, {}, below.g);
    replace(std::move(below));
  }
  void operator()(const FlattenLayer&) {
    signal.g = Backend::view(signal.g, {signal.g.shape().n, in.c, in.h, in.w});
    pass_on();
  }

 private:
  [[nodiscard]] const DeviceTensor& trace_value(std::size_t input) const { return pass.trace_->value(inputs[input]); }
  /// The size of the input's windows.
  [[nodiscard]] Size reach() const { return signal.at.empty() ? in.map() : reached_window(op, in, signal.g.shape().map()); }
  /// A signal for the input, its windows placed.
  [[nodiscard]] Signal placed() {
    Signal below{pass.spare(), {}};
    const Size size = reach();
    const Stencil rows = row_stencil(op, in);
    const Stencil columns = column_stencil(op, in);
    for (const Window& at : signal.at) {
      below.at.push_back({at.image, reached_from(rows, at.y, size.h, in.h), reached_from(columns, at.x, size.w, in.w)});
    }
    return below;
  }
  /// Gives the signal itself to the (first) input.
  void pass_on() { pass.give(inputs.front(), std::move(signal)); }
  void replace(Signal&& below) {
    pass.spare_.push_back(std::move(signal.g));
    pass.give(inputs.front(), std::move(below));
  }
  void convolve() {
    Signal below = placed();
    backend.conv_transpose(signal.g, signal.at, *net.weights(layer).filters, reach(), below.at, below.g);
    replace(std::move(below));
  }
  void average(const AveragePoolSpec& spec) {
    Signal below = placed();
    backend.average_unpool(signal.g, signal.at, spec, in.map(), reach(), below.at, below.g);
    replace(std::move(below));
  }
};

void BackwardPass::step() {
  Down down{*this, layer_, take(layer_)};
  std::visit(down, down.op);
  next_layer();
}

}  // namespace zf
