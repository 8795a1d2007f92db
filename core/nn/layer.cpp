#include "core/nn/layer.h"

#include <cmath>

#include "core/tensor/error.h"

namespace zf {

namespace {

bool within(int value, int least, int most) { return value >= least && value <= most; }

bool fits(const Shape& shape) { return std::int64_t{shape.c} * shape.h * shape.w <= kMaxElements; }

std::string_view name_of(const Activation& spec, bool slope_a_map) {
  switch (spec.kind) {
    case Activation::Kind::kClip:
      return "clip";
    case Activation::Kind::kLeakyRelu:
      return slope_a_map ? "prelu" : "leaky_relu";
    case Activation::Kind::kSigmoid:
      return "sigmoid";
    case Activation::Kind::kHardSigmoid:
      return "hard_sigmoid";
    case Activation::Kind::kTanh:
      return "tanh";
    case Activation::Kind::kSilu:
      return "silu";
    case Activation::Kind::kHardSwish:
      return "hard_swish";
    case Activation::Kind::kGelu:
      return "gelu";
  }
  fail("expected an activation, found number {}", static_cast<int>(spec.kind));
}

/// What a kernel of `kernel` taps covers.
int extent(const ConvLayer& op) { return (op.kernel - 1) * op.dilation + 1; }

/// The output of a layer whose inputs are as many as it wants.
struct OutputShape {
  const Layer& layer;
  std::span<const Shape> inputs;
  const Shape& in = inputs.front();

  Shape operator()(const ConvLayer& op) const {
    if (!within(op.maps, 1, kMaxCount) || !within(op.kernel, 1, kMaxSide) || !within(op.stride, 1, kMaxSide) ||
        !within(op.pad, 0, kMaxSide) || !within(op.groups, 1, kMaxCount)) {
      fail("layer {}: expected maps and groups of 1 to {}, kernel and stride of 1 to {} and pad of 0 to {}, found {}, {}, {}, {} and {}",
           layer.name, kMaxCount, kMaxSide, kMaxSide, op.maps, op.groups, op.kernel, op.stride, op.pad);
    }
    if (!within(op.dilation, 1, kMaxSide) || std::int64_t{op.kernel} * op.dilation > kMaxSide) {
      fail("layer {}: expected a dilation of at least 1 and a kernel of at most {} with it, found {} and {}", layer.name, kMaxSide,
           op.dilation, op.kernel);
    }
    if (op.maps % op.groups != 0 || in.c % op.groups != 0) {
      fail("layer {}: expected maps that {} groups divide, found {} of {}", layer.name, op.groups, op.maps, in.c);
    }
    return {in.n, op.maps, output_size(in.h, extent(op), op.stride, op.pad), output_size(in.w, extent(op), op.stride, op.pad)};
  }
  Shape operator()(const LinearLayer& op) const {
    if (!within(op.units, 1, kMaxCount)) fail("layer {}: expected 1 to {} units, found {}", layer.name, kMaxCount, op.units);
    return {in.n, op.units, 1, 1};
  }
  Shape operator()(const MaxPoolLayer& op) const {
    check_pool(op.spec.kernel, op.spec.stride, op.spec.pad);
    return pooled(op.spec.kernel, op.spec.stride, op.spec.pad, op.spec.ceil);
  }
  Shape operator()(const AveragePoolLayer& op) const {
    check_pool(op.kernel, op.stride, op.pad);
    return pooled(op.kernel, op.stride, op.pad, op.ceil);
  }
  Shape operator()(const GlobalAveragePoolLayer&) const { return {in.n, in.c, 1, 1}; }
  Shape operator()(const LrnLayer& op) const {
    const LrnSpec& s = op.spec;
    // Frameworks disagree on where an even neighbourhood lies.
    if (!within(s.size, 1, kMaxCount) || s.size % 2 == 0 || !(s.k > 0) || !(s.alpha >= 0) || !std::isfinite(s.k + s.alpha + s.beta)) {
      fail("layer {}: expected finite values, an odd size, k above 0 and alpha of at least 0, found size {} k {} alpha {} beta {}",
           layer.name, s.size, s.k, s.alpha, s.beta);
    }
    return in;
  }
  Shape operator()(const DropoutLayer& op) const {
    if (!(op.p >= 0.0F && op.p < 1.0F)) fail("layer {}: expected 0 <= p < 1, found {}", layer.name, op.p);
    return in;
  }
  Shape operator()(const ActivationLayer& op) const {
    const Activation& s = op.spec;
    if (s.kind == Activation::Kind::kClip && !(s.low < s.high)) {
      fail("layer {}: expected a least value below the greatest, found {} and {}", layer.name, s.low, s.high);
    }
    if (!std::isfinite(s.slope)) fail("layer {}: expected a finite slope, found {}", layer.name, s.slope);
    return in;
  }
  Shape operator()(const AddLayer&) const {
    for (const Shape& other : inputs) {
      if (other != in) fail("layer {}: expected inputs of one shape, found {} and {}", layer.name, to_string(in), to_string(other));
    }
    return in;
  }
  Shape operator()(const ConcatLayer&) const {
    Shape out = in;
    out.c = 0;
    for (const Shape& other : inputs) {
      if (other.map() != in.map()) {
        fail("layer {}: expected inputs with maps of one size, found {} and {}", layer.name, to_string(in), to_string(other));
      }
      if (other.c > kMaxCount - out.c) fail("layer {}: expected at most {} maps, found more", layer.name, kMaxCount);
      out.c += other.c;
    }
    return out;
  }
  Shape operator()(const ScaleMapsLayer&) const {
    const Shape factors{in.n, in.c, 1, 1};
    if (inputs[1] != factors) {
      fail("layer {}: expected factors of {} as its second input, found {}", layer.name, to_string(factors), to_string(inputs[1]));
    }
    return in;
  }
  Shape operator()(const PermuteMapsLayer& op) const {
    if (!within(op.groups, 1, in.c) || in.c % op.groups != 0) {
      fail("layer {}: expected groups that divide the {} maps, found {}", layer.name, in.c, op.groups);
    }
    return in;
  }
  Shape operator()(const PadLayer& op) const {
    for (const int pad : {op.top, op.left, op.bottom, op.right}) {
      if (!within(pad, 0, kMaxSide)) fail("layer {}: expected pads of 0 to {}, found {}", layer.name, kMaxSide, pad);
    }
    return {in.n, in.c, in.h + op.top + op.bottom, in.w + op.left + op.right};
  }
  Shape operator()(const FlattenLayer&) const {
    if (in.item() > static_cast<std::size_t>(kMaxElements)) fail("layer {}: expected fewer elements, found {}", layer.name, to_string(in));
    return {in.n, static_cast<int>(in.item()), 1, 1};
  }
  Shape operator()(const OneOf<AffineLayer, ReluLayer, SoftmaxLayer> auto&) const { return in; }

 private:
  void check_pool(int kernel, int stride, int pad) const {
    if (within(kernel, 1, kMaxSide) && within(stride, 1, kMaxSide) && within(pad, 0, kernel - 1)) return;
    fail("layer {}: expected kernel and stride of 1 to {} and 0 <= pad < kernel, found {}, {} and {}", layer.name, kMaxSide, kernel, stride,
         pad);
  }
  [[nodiscard]] Shape pooled(int kernel, int stride, int pad, bool ceil) const {
    return {in.n, in.c, output_size(in.h, kernel, stride, pad, ceil), output_size(in.w, kernel, stride, pad, ceil)};
  }
};

void check_count(const Layer& layer, std::size_t found) {
  const bool joins = std::holds_alternative<AddLayer>(layer.op) || std::holds_alternative<ConcatLayer>(layer.op);
  if (joins) {
    if (found == 0) fail("layer {}: expected inputs, found none", layer.name);
    return;
  }
  const std::size_t expected = std::holds_alternative<ScaleMapsLayer>(layer.op) ? 2 : 1;
  if (found != expected) fail("layer {}: expected {} input{}, found {}", layer.name, expected, expected == 1 ? "" : "s", found);
}

}  // namespace

std::string_view type_name(const LayerOp& op) {
  return std::visit(
      Match{[](const ConvLayer&) { return std::string_view("conv"); }, [](const LinearLayer&) { return std::string_view("linear"); },
            [](const AffineLayer&) { return std::string_view("affine"); }, [](const ReluLayer&) { return std::string_view("relu"); },
            [](const ActivationLayer& layer) { return name_of(layer.spec, layer.slope_a_map); },
            [](const MaxPoolLayer&) { return std::string_view("max_pool"); },
            [](const AveragePoolLayer&) { return std::string_view("avg_pool"); },
            [](const GlobalAveragePoolLayer&) { return std::string_view("global_avg_pool"); },
            [](const LrnLayer&) { return std::string_view("lrn"); }, [](const DropoutLayer&) { return std::string_view("dropout"); },
            [](const SoftmaxLayer&) { return std::string_view("softmax"); }, [](const AddLayer&) { return std::string_view("add"); },
            [](const ConcatLayer&) { return std::string_view("concat"); },
            [](const ScaleMapsLayer&) { return std::string_view("scale_maps"); },
            [](const PermuteMapsLayer&) { return std::string_view("permute_maps"); },
            [](const PadLayer&) { return std::string_view("pad"); }, [](const FlattenLayer&) { return std::string_view("flatten"); }},
      op);
}

bool has_weights(const LayerOp& op) { return std::holds_alternative<ConvLayer>(op) || std::holds_alternative<LinearLayer>(op); }

bool has_filters(const LayerOp& op) { return has_weights(op) || std::holds_alternative<AffineLayer>(op); }

bool is_activation(const LayerOp& op) { return std::holds_alternative<ReluLayer>(op) || std::holds_alternative<ActivationLayer>(op); }

Shape output_shape(const Layer& layer, std::span<const Shape> in) {
  check_count(layer, in.size());
  const Shape out = std::visit(OutputShape{layer, in}, layer.op);
  if (out.h < 1 || out.w < 1) fail("layer {}: nothing is left of its input {}", layer.name, to_string(in.front()));
  if (!fits(out)) fail("layer {}: expected at most {} output elements, found {}", layer.name, kMaxElements, to_string(out));
  if (has_filters(layer.op)) {
    const Shape w = weight_shape(layer.op, in.front());
    if (!fits({1, w.c, w.h, w.w}) || std::int64_t{w.c} * w.h * w.w * w.n > kMaxElements) {
      fail("layer {}: expected at most {} weights, found {}", layer.name, kMaxElements, to_string(w));
    }
  }
  return out;
}

ConvSpec conv_spec(const LayerOp& op, const Shape& in) {
  if (const auto* conv = std::get_if<ConvLayer>(&op)) {
    return {conv->maps, conv->kernel, conv->kernel, conv->stride, conv->pad, conv->groups, conv->dilation};
  }
  if (const auto* linear = std::get_if<LinearLayer>(&op)) return {linear->units, in.h, in.w, 1, 0, 1};
  if (std::holds_alternative<AffineLayer>(op)) return {in.c, 1, 1, 1, 0, in.c};
  fail("expected a conv or linear layer, found {}", type_name(op));
}

Shape weight_shape(const LayerOp& op, const Shape& in) {
  const ConvSpec spec = conv_spec(op, in);
  return {spec.maps, in.c / spec.groups, spec.kernel_h, spec.kernel_w};
}

AveragePoolSpec average_pool_spec(const AveragePoolLayer& op) { return {{op.kernel, op.kernel}, op.stride, op.pad, op.ceil, op.count_pad}; }

AveragePoolSpec average_pool_spec(const GlobalAveragePoolLayer&, const Shape& in) { return {in.map()}; }

std::vector<LayerTensor> layer_tensors(const LayerOp& op, const Shape& in) {
  if (const auto* activation = std::get_if<ActivationLayer>(&op)) {
    if (!activation->slope_a_map) return {};
    return {{"slope", {1, in.c, 1, 1}}};
  }
  if (!has_filters(op)) return {};
  const Shape weight = weight_shape(op, in);
  const Shape bias{1, weight.n, 1, 1};
  if (std::holds_alternative<AffineLayer>(op)) return {{"scale", weight}, {"shift", bias}};
  const auto* conv = std::get_if<ConvLayer>(&op);
  const bool biased = conv != nullptr ? conv->bias : std::get<LinearLayer>(op).bias;
  if (!biased) return {{"weight", weight}};
  return {{"weight", weight}, {"bias", bias}};
}

}  // namespace zf
