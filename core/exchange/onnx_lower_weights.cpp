// Conv, Gemm, MatMul.
#include <algorithm>
#include <array>

#include "core/exchange/onnx_lowering.h"
#include "core/exchange/onnx_window.h"
#include "core/tensor/error.h"

namespace zf::onnx {

namespace {

int narrow(std::int64_t value) {
  if (value < 0 || value > (std::int64_t{1} << 30)) fail("expected a size of 0 to 2^30, found {}", value);
  return static_cast<int>(value);
}

std::string_view weights_name(Lowering& net, const Node& node, std::size_t input) { return net.graph().value(node.inputs[input]).name; }

/// An array's numbers, in `converted` where they are none yet that are floats.
std::span<const float> floats_of(const Array& array, std::vector<float>& converted) {
  if (!array.whole) return array.floats;
  converted = array.values();
  return converted;
}

/// A value a map of an optional input, times `factor`; empty where it is left out.
std::vector<float> bias_of(Lowering& net, const Node& node, std::size_t input, std::size_t maps, float factor = 1) {
  if (!net.has(node, input) || factor == 0) return {};
  std::vector<float> bias = net.constant(node, input).values();
  if (bias.size() == 1) bias.assign(maps, float{bias.front()});
  if (bias.size() != maps) fail("expected a bias of {} values, found {}", maps, bias.size());
  if (factor != 1) {
    for (float& value : bias) value *= factor;
  }
  return bias;
}

/// A fully connected layer on a value whose axis `along` is all that an item has; `weight(unit, i)` is for its element i.
template <typename Weight>
Bound linear(Lowering& net, const Node& node, const Bound& value, std::size_t along, int units, Weight weight, std::vector<float> bias) {
  const std::vector<std::int64_t> places = value.view.places(along);
  const std::size_t inputs = net.shape(value.layer).item();
  if (places.size() != inputs) fail("expected all {} elements of an item along one axis, found {}", inputs, places.size());
  Tensor weights = Tensor::uninitialised({units, static_cast<int>(inputs), 1, 1});
  for (std::size_t unit = 0; unit < static_cast<std::size_t>(units); ++unit) {
    float* const row = weights.data() + unit * inputs;
    for (std::size_t i = 0; i < inputs; ++i) row[places[i]] = weight(unit, i);
  }
  const Bound result = net.added(node, LinearLayer{units, !bias.empty()}, {value.layer}, weights_name(net, node, 1));
  net.set(result.layer, "weight", std::move(weights));
  if (!bias.empty()) net.set(result.layer, "bias", {1, units, 1, 1}, std::move(bias));
  return result;
}

/// (N, units) of a layer of 1x1 maps.
Bound as_row(Lowering& net, const Bound& value) { return {value.layer, View::of(net.shape(value.layer), {Role::kItem, Role::kMap})}; }

void lower_gemm(Lowering& net, const Node& node) {
  const Array& weights = net.constant(node, 1);
  if (node.integer("transA", 0) != 0) fail("expected transA 0, found another");
  if (weights.dims.size() != 2) fail("expected a matrix of weights, found {}", to_string(weights.dims));
  const bool across = node.integer("transB", 0) != 0;
  const auto units = static_cast<std::size_t>(weights.dims[across ? 0 : 1]);
  const auto inputs = static_cast<std::size_t>(weights.dims[across ? 1 : 0]);
  std::vector<float> converted;
  const std::span<const float> values = floats_of(weights, converted);
  const float alpha = node.number("alpha", 1);
  std::vector<float> bias = bias_of(net, node, 2, units, node.number("beta", 1));
  const Bound& value = net.input(node, 0);
  if (value.view.rank() != 2 || value.view.size(1) != static_cast<std::int64_t>(inputs)) {
    fail("expected {} inputs, found {}", inputs, to_string(value.view.dims()));
  }
  const auto weight = [&](std::size_t unit, std::size_t i) {
    return alpha * (across ? values[unit * inputs + i] : values[i * units + unit]);
  };
  net.bind(node, as_row(net, linear(net, node, value, 1, narrow(weights.dims[across ? 0 : 1]), weight, std::move(bias))));
}

/// A matrix behind maps whose last axis is maps: a 1x1 convolution.
Bound convolved(Lowering& net, const Node& node, const Bound& value, const Array& weights) {
  const auto roles = value.view.roles(net.shape(value.layer));
  if (!roles || roles->back() != Role::kMap) fail("expected maps along its last axis, found {}", to_string(value.view.dims()));
  const int maps = narrow(weights.dims[1]);
  const auto inputs = static_cast<std::size_t>(weights.dims[0]);
  const std::vector<float> values = weights.values();
  std::vector<float> turned(values.size());
  for (std::size_t unit = 0; unit < static_cast<std::size_t>(maps); ++unit) {
    for (std::size_t i = 0; i < inputs; ++i) turned[unit * inputs + i] = values[i * static_cast<std::size_t>(maps) + unit];
  }
  const int layer = net.add(node, ConvLayer{.maps = maps, .bias = false}, {value.layer}, weights_name(net, node, 1));
  net.set(layer, "weight", {maps, narrow(weights.dims[0]), 1, 1}, std::move(turned));
  return {layer, View::of(net.shape(layer), *roles)};
}

void lower_matmul(Lowering& net, const Node& node) {
  const Array& weights = net.constant(node, 1);
  if (weights.dims.size() != 2) fail("expected a matrix of weights, found {}", to_string(weights.dims));
  const Bound& value = net.input(node, 0);
  const std::size_t last = value.view.rank() - 1;
  if (value.view.rank() < 2 || value.view.size(last) != weights.dims[0])
    fail("expected {} inputs, found {}", weights.dims[0], to_string(value.view.dims()));
  const bool is_whole = value.view.places(last).size() == net.shape(value.layer).item();
  if (!is_whole) return net.bind(node, convolved(net, node, value, weights));
  std::vector<float> converted;
  const std::span<const float> values = floats_of(weights, converted);
  const auto units = static_cast<std::size_t>(weights.dims[1]);
  const auto weight = [&](std::size_t unit, std::size_t i) { return values[i * units + unit]; };
  Bound result = linear(net, node, value, last, narrow(weights.dims[1]), weight, {});
  Dims dims = value.view.dims();
  dims.back() = weights.dims[1];
  net.bind(node, {result.layer, as_row(net, result).view.reshaped(dims)});
}

/// What a Conv node says, checked as far as our layers need it.
struct Conv {
  Sliding sliding;
  int groups = 1;
  int maps = 0;
  Dims weights;
};

Conv conv_of(Lowering& net, const Node& node, const Dims& in) {
  Conv conv;
  conv.weights = net.constant(node, 1).dims;
  if (in.size() != 4 || conv.weights.size() != 4)
    fail("expected maps of two axes, found {} with weights {}", to_string(in), to_string(conv.weights));
  conv.sliding = sliding(node, in, &conv.weights);
  conv.groups = narrow(node.integer("group", 1));
  conv.maps = narrow(conv.weights[0]);
  if (conv.groups < 1 || conv.weights[1] * conv.groups != in[1] || conv.maps < 1 || conv.maps % conv.groups != 0) {
    fail("expected weights for {} maps in {} groups, found {}", in[1], conv.groups, to_string(conv.weights));
  }
  return conv;
}

/// A kernel that covers a whole map, which may be oblong, or of 1x1 on flattened maps: a fully connected layer.
bool is_linear(Lowering& net, const Bound& value, const Conv& conv) {
  const Sliding& s = conv.sliding;
  const bool covers = conv.groups == 1 && s.out == Dims{1, 1} && s.begin == Dims{0, 0} && s.end == Dims{0, 0} &&
                      (s.dilation == Dims{1, 1} || s.kernel == Dims{1, 1});
  if (!covers) return false;
  const bool flattened = s.kernel == Dims{1, 1} && net.shape(value.layer).plane() > 1;
  return flattened || !is_square(s.kernel);
}

/// Makes an oblong kernel a square one, with zeros around its taps and as much more padding, which computes the same. The zeros lie so
/// that the padding is alike along both axes, where that can be.
void make_square(Sliding& s, std::vector<float>& weights) {
  for (const std::size_t axis : {0, 1}) {
    if (s.kernel[axis] == 1) s.dilation[axis] = s.dilation[1 - axis];  // one tap has no next
  }
  if (is_square(s.kernel) || !is_square(s.stride) || !is_square(s.dilation)) return;
  const std::size_t narrow_axis = s.kernel[0] < s.kernel[1] ? 0 : 1;
  const std::int64_t side = s.kernel[1 - narrow_axis];
  const auto filters = static_cast<std::int64_t>(weights.size()) / (s.kernel[0] * s.kernel[1]);
  constexpr std::int64_t kMost = std::int64_t{1} << 28;
  if (filters * side > kMost / side) fail("expected a kernel that is nearly square, found {}", to_string(s.kernel));
  const std::int64_t zeros = side - s.kernel[narrow_axis];
  const std::int64_t step = s.dilation[0];
  const std::int64_t before = std::clamp<std::int64_t>((s.begin[1 - narrow_axis] - s.begin[narrow_axis]) / step, 0, zeros);
  std::vector<float> square(static_cast<std::size_t>(filters * side * side));
  std::size_t next = 0;
  for (std::int64_t filter = 0; filter < filters; ++filter) {
    for (std::int64_t y = 0; y < s.kernel[0]; ++y) {
      for (std::int64_t x = 0; x < s.kernel[1]; ++x) {
        const std::int64_t row = y + (narrow_axis == 0 ? before : 0);
        const std::int64_t column = x + (narrow_axis == 1 ? before : 0);
        square[static_cast<std::size_t>((filter * side + row) * side + column)] = weights[next++];
      }
    }
  }
  weights = std::move(square);
  s.begin[narrow_axis] += before * step;
  s.end[narrow_axis] += (zeros - before) * step;
  s.kernel[narrow_axis] = side;
}

void lower_conv(Lowering& net, const Node& node) {
  const Bound& given = net.input(node, 0);
  Conv conv = conv_of(net, node, given.view.dims());
  Sliding& s = conv.sliding;
  std::vector<float> weights = net.constant(node, 1).values();
  std::vector<float> bias = bias_of(net, node, 2, static_cast<std::size_t>(conv.maps));
  if (is_linear(net, given, conv)) {
    const Bound flat{given.layer, given.view.reshaped({given.view.size(0), static_cast<std::int64_t>(net.shape(given.layer).item())})};
    const std::size_t inputs = net.shape(given.layer).item();
    const auto weight = [&](std::size_t unit, std::size_t i) { return weights[unit * inputs + i]; };
    return net.bind(node, linear(net, node, flat, 1, conv.maps, weight, std::move(bias)));
  }
  make_square(s, weights);
  if (!is_square(s.stride) || !is_square(s.dilation)) {
    fail("expected a stride and dilation alike along both axes, found {} and {}", to_string(s.stride), to_string(s.dilation));
  }
  Bound value = net.as_maps(node, given);
  const bool even = is_square(s.begin) && s.begin == s.end;
  if (!even) value = net.added(node, PadLayer{narrow(s.begin[0]), narrow(s.begin[1]), narrow(s.end[0]), narrow(s.end[1])}, {value.layer});
  const ConvLayer layer{.maps = conv.maps,
                        .kernel = narrow(s.kernel[0]),
                        .stride = narrow(s.stride[0]),
                        .pad = even ? narrow(s.begin[0]) : 0,
                        .groups = conv.groups,
                        .dilation = narrow(s.dilation[0]),
                        .bias = !bias.empty()};
  const Bound result = net.added(node, layer, {value.layer}, weights_name(net, node, 1));
  net.set(result.layer, "weight", {conv.maps, narrow(conv.weights[1]), layer.kernel, layer.kernel}, std::move(weights));
  if (!bias.empty()) net.set(result.layer, "bias", {1, conv.maps, 1, 1}, std::move(bias));
  net.bind(node, result);
}

}  // namespace

std::span<const Operator> weight_operators() {
  static constexpr std::array kOperators = std::to_array<Operator>({{"Conv", lower_conv}, {"Gemm", lower_gemm}, {"MatMul", lower_matmul}});
  return kOperators;
}

}  // namespace zf::onnx
