// Inference: only what is wanted is computed, and no map is written and read again without need. A convolution clips its own sums, adds
// what another branch has, or writes into the maps that it is joined with; pooling leaves no switches.
#include <algorithm>

#include "core/nn/net.h"

namespace zf {

struct Net::Inference {
  Inference(const Net& net, std::span<const int> wanted)
      : net_(net),
        graph_(net.graph_),
        wanted_(wanted),
        end_(static_cast<std::size_t>(*std::max_element(wanted.begin(), wanted.end())) + 1),
        steps_(end_),
        released_(end_ + 1) {
    find_layers();
    for (std::size_t i = 0; i < end_; ++i) take_in_convolution(static_cast<int>(i));
    for (std::size_t i = 0; i < end_; ++i) place_parts(static_cast<int>(i));
    find_last_readers();
  }

  void run(Trace& trace) const {
    for (std::size_t i = 0; i < end_; ++i) {
      if (steps_[i].runs) compute(static_cast<int>(i), trace);
      for (const int value : released_[i]) trace.release(value);
    }
  }

 private:
  /// How a layer's output comes to be.
  struct Step {
    bool runs = false;
    int convolution = -1;    ///< of a clip or a sum: the layer with filters below it that is computed with it
    int whole = -1;          ///< of a layer with filters: the concatenation that has its maps, from `first` on
    int first = 0;           ///< map
    std::vector<int> there;  ///< of a concatenation: the inputs that have written into it
  };

  [[nodiscard]] Step& step(int layer) { return steps_[static_cast<std::size_t>(layer)]; }
  [[nodiscard]] const Step& step(int layer) const { return steps_[static_cast<std::size_t>(layer)]; }
  [[nodiscard]] bool wanted(int layer) const { return std::find(wanted_.begin(), wanted_.end(), layer) != wanted_.end(); }
  /// Whether nobody else needs a value, and the reader needs it once.
  [[nodiscard]] bool read_by_alone(int value, int reader) const {
    const std::span<const int> inputs = graph_.inputs(reader);
    return value != kPicture && graph_.only_reader(value) == reader && std::count(inputs.begin(), inputs.end(), value) == 1 &&
           !wanted(value);
  }

  void find_layers() {
    for (const int layer : wanted_) {
      const std::vector<bool> below = graph_.ancestors(layer);
      for (std::size_t i = 0; i < end_; ++i) steps_[i].runs = steps_[i].runs || below[i];
    }
  }

  /// Of a clip from 0 on, such as a ReLU6, or a sum of two.
  void take_in_convolution(int layer) {
    if (!step(layer).runs) return;
    const auto* clip = std::get_if<ActivationLayer>(&net_.op(layer));
    const bool clips = clip != nullptr && clip->spec.kind == Activation::Kind::kClip && clip->spec.low == 0.0F;
    const std::span<const int> inputs = graph_.inputs(layer);
    const bool adds = std::holds_alternative<AddLayer>(net_.op(layer)) && inputs.size() == 2;
    if (!clips && !adds) return;
    for (const int input : inputs) {
      if (read_by_alone(input, layer) && has_filters(net_.op(input))) step(layer).convolution = input;
    }
    if (step(layer).convolution >= 0) step(step(layer).convolution).runs = false;
  }

  /// Of a concatenation: what is convolved and perhaps rectified, and then nothing but joined.
  void place_parts(int layer) {
    if (!step(layer).runs || !std::holds_alternative<ConcatLayer>(net_.op(layer))) return;
    int first = 0;
    for (const int input : graph_.inputs(layer)) {
      int value = input;
      bool alone = read_by_alone(value, layer);
      while (alone && net_.shares_input(value)) {
        alone = read_by_alone(graph_.input(value), value);
        value = graph_.input(value);
      }
      if (alone && has_filters(net_.op(value)) && step(value).runs && net_.shape(value).map() == net_.shape(layer).map()) {
        step(value).whole = layer;
        step(value).first = first;
        step(layer).there.push_back(input);
      }
      first += net_.shape(input).c;
    }
  }

  void find_last_readers() {
    std::vector<std::size_t> last(end_);  // by the layer that wrote the memory
    const auto read = [&](int value, std::size_t reader) {
      if (const int writer = net_.writer(value); writer != kPicture) last[static_cast<std::size_t>(writer)] = reader;
    };
    for (std::size_t i = 0; i < end_; ++i) {
      if (!steps_[i].runs) continue;
      for (const int value : graph_.inputs(static_cast<int>(i))) read(value, i);
      if (const int taken_in = steps_[i].convolution; taken_in >= 0) read(graph_.input(taken_in), i);
    }
    for (const int layer : wanted_) read(layer, end_);
    for (std::size_t i = 0; i < end_; ++i) {
      const int writer = net_.writer(static_cast<int>(i));
      if (!steps_[i].runs || steps_[i].whole >= 0 || writer == kPicture) continue;
      released_[last[static_cast<std::size_t>(writer)]].push_back(static_cast<int>(i));
    }
  }

  void compute(int layer, Trace& trace) const {
    Backend& backend = net_.backend();
    const Step& own = step(layer);
    if (own.convolution >= 0) {
      const DeviceTensor& x = net_.input_of(trace, own.convolution);
      const Filters& filters = *net_.weights(own.convolution).filters;
      if (const auto* clip = std::get_if<ActivationLayer>(&net_.op(layer))) {
        return backend.conv(x, filters, filters.spec().pad, {true, clip->spec.high}, net_.own(layer, trace));
      }
      const std::span<const int> inputs = graph_.inputs(layer);
      const DeviceTensor& other = trace.value(inputs[inputs[0] == own.convolution ? 1 : 0]);
      return backend.conv_add(x, filters, filters.spec().pad, other, net_.rectified(layer), net_.own(layer, trace));
    }
    if (own.whole >= 0) {
      const Filters& filters = *net_.weights(layer).filters;
      return backend.conv_into(net_.input_of(trace, layer), filters, filters.spec().pad, net_.rectified(layer),
                               net_.joined(own.whole, trace.input().shape().n, trace), own.first);
    }
    if (!own.there.empty()) return net_.join(layer, trace.input().shape().n, trace, own.there);
    if (const auto* pool = std::get_if<MaxPoolLayer>(&net_.op(layer))) {
      return backend.maxima(net_.input_of(trace, layer), pool->spec, net_.own(layer, trace));
    }
    net_.run_layer(layer, trace, nullptr);
  }

  const Net& net_;
  const Graph& graph_;
  std::span<const int> wanted_;
  std::size_t end_;
  std::vector<Step> steps_;
  std::vector<std::vector<int>> released_;  ///< by layer: the outputs that nobody reads after it
};

void Net::infer(const DeviceTensor& x, Trace& trace, std::span<const int> wanted) const {
  begin(x, trace);
  Inference(*this, wanted).run(trace);
}

}  // namespace zf
