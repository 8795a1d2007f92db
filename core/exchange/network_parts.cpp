#include "core/exchange/network_parts.h"

#include <algorithm>

#include "core/nn/graph.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

class Simplifier {
 public:
  explicit Simplifier(NetworkParts& parts) : parts_(parts) {}

  void run() {
    for (Layer& layer : layers()) {
      // Every layer says what it reads, so that others can go.
      if (layer.inputs.empty()) layer.inputs = {static_cast<int>(&layer - layers().data()) - 1};
    }
    for (std::size_t i = 0; i < layers().size();) {
      if (fold_affine(i) || fold_pad(i)) continue;
      i = join_channels(i) ? 0 : i + 1;  // from the beginning, where layers below have gone
    }
    for (std::size_t i = 0; i < layers().size(); ++i) {
      if (layers()[i].inputs == std::vector<int>{static_cast<int>(i) - 1}) layers()[i].inputs.clear();
    }
  }

  /// Takes a layer out; what read it reads what it read.
  void remove(std::size_t layer) {
    const int below = layers()[layer].inputs.front();
    const auto number = static_cast<int>(layer);
    for (Layer& other : layers()) {
      for (int& input : other.inputs) {
        if (input == number) input = below;
        if (input > number) --input;
      }
    }
    layers().erase(layers().begin() + number);
    parts_.sources.erase(parts_.sources.begin() + number);
  }

 private:
  std::vector<Layer>& layers() { return parts_.network.layers; }
  Tensor& tensor(const Layer& layer, const char* role) { return parts_.parameters.at(layer.name + "." + role); }

  /// The layer that alone reads a value; none where there are several or none.
  std::optional<std::size_t> only_reader(int value) {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < layers().size(); ++i) {
      const auto times = std::count(layers()[i].inputs.begin(), layers()[i].inputs.end(), value);
      if (times == 0) continue;
      if (found || times > 1) return std::nullopt;
      found = i;
    }
    return found;
  }

  /// y = scale (w x + b) + shift
  bool fold_affine(std::size_t i) {
    const Layer layer = layers()[i];
    if (!std::holds_alternative<AffineLayer>(layer.op) || layer.inputs.front() < 0) return false;
    const auto below = static_cast<std::size_t>(layer.inputs.front());
    Layer& target = layers()[below];
    if (!has_filters(target.op) || only_reader(layer.inputs.front()) != i) return false;
    const bool is_affine = std::holds_alternative<AffineLayer>(target.op);
    const Tensor scale = tensor(layer, "scale");
    const Tensor shift = tensor(layer, "shift");
    scale_items(tensor(target, is_affine ? "scale" : "weight"), scale);
    add_bias(target, is_affine ? "shift" : "bias", scale, shift);
    parts_.parameters.erase(layer.name + ".scale");
    parts_.parameters.erase(layer.name + ".shift");
    parts_.sources[below] = parts_.sources[i];
    remove(i);
    return true;
  }

  static void scale_items(Tensor& weight, const Tensor& scale) {
    const auto values = weight.values();
    const std::size_t item = weight.shape().item();
    for (std::size_t k = 0; k < values.size(); ++k) values[k] *= scale.values()[k / item];
  }

  void add_bias(Layer& target, const char* role, const Tensor& scale, const Tensor& shift) {
    const auto found = parts_.parameters.find(target.name + "." + role);
    if (found != parts_.parameters.end()) {
      const auto values = found->second.values();
      for (std::size_t k = 0; k < values.size(); ++k) values[k] = values[k] * scale.values()[k] + shift.values()[k];
      return;
    }
    const auto numbers = shift.values();
    if (std::all_of(numbers.begin(), numbers.end(), [](float number) { return number == 0; })) return;
    if (auto* conv = std::get_if<ConvLayer>(&target.op)) conv->bias = true;
    if (auto* linear = std::get_if<LinearLayer>(&target.op)) linear->bias = true;
    parts_.parameters.emplace(target.name + "." + role, shift);
  }

  /// Zeros alike on all sides are the padding of what alone reads them.
  bool fold_pad(std::size_t i) {
    const auto* const pad = std::get_if<PadLayer>(&layers()[i].op);
    if (pad == nullptr || pad->top != pad->left || pad->top != pad->bottom || pad->top != pad->right) return false;
    const auto reader = only_reader(static_cast<int>(i));
    if (!reader) return false;
    LayerOp& op = layers()[*reader].op;
    if (auto* conv = std::get_if<ConvLayer>(&op)) {
      conv->pad += pad->top;
    } else if (auto* pool = std::get_if<AveragePoolLayer>(&op);
               pool != nullptr && pool->pad == 0 && !pool->ceil && pad->top < pool->kernel) {
      pool->pad = pad->top;
      pool->count_pad = true;
    } else {
      return false;
    }
    remove(i);
    return true;
  }

  /// Whether a layer only scales one channel of `value` and adds to it, channel `c`.
  bool is_channel(int number, int value, std::size_t c, std::size_t channels) {
    if (number < 0) return false;
    const Layer& layer = layers()[static_cast<std::size_t>(number)];
    const bool is_pick =
        std::holds_alternative<ConvLayer>(layer.op) && conv_spec(layer.op, {1, static_cast<int>(channels), 1, 1}) == ConvSpec{.maps = 1};
    if (!is_pick || layer.inputs.front() != value || !only_reader(number)) return false;
    const auto weights = tensor(layer, "weight").values();
    for (std::size_t k = 0; k < weights.size(); ++k) {
      if (k != c && weights[k] != 0) return false;
    }
    return weights.size() == channels;
  }

  /// Channels that are taken apart, scaled one by one and put together: an affine layer, as torchvision's GoogLeNet begins.
  bool join_channels(std::size_t i) {
    const Layer layer = layers()[i];
    if (!std::holds_alternative<ConcatLayer>(layer.op) || layer.inputs.front() < 0) return false;
    const int value = layers()[static_cast<std::size_t>(layer.inputs.front())].inputs.front();
    const std::size_t channels = layer.inputs.size();
    for (std::size_t c = 0; c < channels; ++c) {
      if (!is_channel(layer.inputs[c], value, c, channels)) return false;
    }
    Tensor scale({static_cast<int>(channels), 1, 1, 1});
    Tensor shift({1, static_cast<int>(channels), 1, 1});
    for (std::size_t c = 0; c < channels; ++c) {
      const Layer& part = layers()[static_cast<std::size_t>(layer.inputs[c])];
      const auto bias = parts_.parameters.find(part.name + ".bias");
      scale.values()[c] = tensor(part, "weight").values()[c];
      shift.values()[c] = bias == parts_.parameters.end() ? 0 : bias->second.values()[0];
    }
    parts_.parameters.emplace(layer.name + ".scale", std::move(scale));
    parts_.parameters.emplace(layer.name + ".shift", std::move(shift));
    layers()[i].op = AffineLayer{};
    layers()[i].inputs = {value};
    std::vector<int> gone = layer.inputs;
    std::sort(gone.rbegin(), gone.rend());
    for (const int number : gone) {
      const std::string& name = layers()[static_cast<std::size_t>(number)].name;
      parts_.parameters.erase(name + ".weight");
      parts_.parameters.erase(name + ".bias");
      remove(static_cast<std::size_t>(number));
    }
    return true;
  }

  NetworkParts& parts_;
};

}  // namespace

void simplify(NetworkParts& parts) { Simplifier(parts).run(); }

std::optional<ChannelScaling> take_input_scaling(NetworkParts& parts) {
  const Network& network = parts.network;
  if (network.input.c != 3 || network.layers.size() < 2 || !std::holds_alternative<AffineLayer>(network.layers.front().op))
    return std::nullopt;
  if (Graph(network).only_reader(kPicture) != 0) return std::nullopt;
  const std::string name = network.layers.front().name;
  ChannelScaling scaling;
  for (std::size_t c = 0; c < scaling.scale.size(); ++c) {
    scaling.scale[c] = parts.parameters.at(name + ".scale").values()[c];
    scaling.shift[c] = parts.parameters.at(name + ".shift").values()[c];
    // A standard deviation is above 0.
    if (!(scaling.scale[c] > 0)) return std::nullopt;
  }
  parts.parameters.erase(name + ".scale");
  parts.parameters.erase(name + ".shift");
  Simplifier simplifier(parts);
  for (std::size_t i = 0; i < parts.network.layers.size(); ++i) {
    std::vector<int>& inputs = parts.network.layers[i].inputs;
    if (inputs.empty()) inputs = {static_cast<int>(i) - 1};
  }
  simplifier.remove(0);
  simplify(parts);
  return scaling;
}

}  // namespace zf
