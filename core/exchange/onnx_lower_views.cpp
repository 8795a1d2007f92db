// Reshapes and transposes, which only change how a value lies on our maps; parts of maps.
#include <algorithm>
#include <array>
#include <numeric>

#include "core/exchange/onnx_lowering.h"
#include "core/exchange/onnx_shapes.h"
#include "core/tensor/error.h"

namespace zf::onnx {

namespace {

/// Reshape, Flatten, Squeeze, Unsqueeze: to the dimensions that have been worked out. Of a file of ours, whose nodes are named as the
/// layers, what a layer does to memory becomes that layer here, not where it is read.
void lower_reshape(Lowering& net, const Node& node) {
  const Bound& value = net.input(node, 0);
  const int output = node.outputs.empty() ? -1 : node.outputs.front();
  const Bound result{value.layer, value.view.reshaped(net.graph().dims(output))};
  const bool is_layer = net.graph().file->is_ours() && node.name.find('/') == std::string::npos;
  if (!is_layer) return net.bind(node, result);
  net.bind(node, result.view.rank() == 2 ? net.as_vector(node, result) : net.as_maps(node, result));
}

void lower_transpose(Lowering& net, const Node& node) {
  const Bound& value = net.input(node, 0);
  std::vector<std::size_t> order;
  for (const std::int64_t axis : node.integers("perm")) order.push_back(axis_of(axis, value.view.rank()));
  if (order.empty()) {
    for (std::size_t i = value.view.rank(); i-- > 0;) order.push_back(i);
  }
  net.bind(node, {value.layer, value.view.transposed(order)});
}

/// Some of the maps, picked by a convolution of ones and zeros: a layer that computes no more than that. Axis `axis` of the value must be
/// its maps.
Bound picked(Lowering& net, const Node& node, const Bound& given, std::size_t axis, const std::vector<std::int64_t>& wanted) {
  const Bound value = net.with_roles(node, given);
  const Shape maps = net.shape(value.layer);
  std::vector<Role> roles = *value.view.roles(maps);
  if (maps.c == 1 && roles.at(axis) == Role::kOne) roles[axis] = Role::kMap;
  if (roles.at(axis) != Role::kMap) fail("expected a part of the maps, found one along axis {} of {}", axis, to_string(value.view.dims()));
  constexpr std::size_t kMost = std::size_t{1} << 24;
  if (wanted.empty() || wanted.size() * static_cast<std::size_t>(maps.c) > kMost)
    fail("expected some of {} maps, found {}", maps.c, wanted.size());
  std::vector<std::int64_t> all(static_cast<std::size_t>(maps.c));
  std::iota(all.begin(), all.end(), 0);
  if (wanted == all) return {value.layer, View::of(maps, roles)};
  const auto count = static_cast<int>(wanted.size());
  std::vector<float> weights(wanted.size() * all.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) weights[i * all.size() + static_cast<std::size_t>(wanted[i])] = 1;
  const int layer = net.add(node, ConvLayer{.maps = count, .bias = false}, {value.layer});
  net.set(layer, "weight", {count, maps.c, 1, 1}, std::move(weights));
  return {layer, View::of(net.shape(layer), roles)};
}

void lower_slice(Lowering& net, const Node& node) {
  Bound value = net.input(node, 0);
  const Dims dims = value.view.dims();
  const SliceRange range = slice_range(net.graph(), node, dims);
  for (std::size_t axis = 0; axis < dims.size(); ++axis) {
    if (range.starts[axis] == 0 && range.steps[axis] == 1 && range.dims[axis] == dims[axis]) continue;
    std::vector<std::int64_t> wanted;
    for (std::int64_t i = 0; i < range.dims[axis]; ++i) wanted.push_back(range.starts[axis] + i * range.steps[axis]);
    value = picked(net, node, value, axis, wanted);
  }
  net.bind(node, value);
}

void lower_split(Lowering& net, const Node& node) {
  const Bound& value = net.input(node, 0);
  const std::size_t axis = axis_of(node.integer("axis", 0), value.view.rank());
  std::int64_t from = 0;
  const std::vector<std::int64_t> sizes = split_sizes(net.graph(), node, value.view.size(axis));
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    std::vector<std::int64_t> wanted(static_cast<std::size_t>(sizes[i]));
    std::iota(wanted.begin(), wanted.end(), from);
    from += sizes[i];
    if (net.is_read(node, i)) net.bind(node, picked(net, node, value, axis, wanted), i);
  }
}

void lower_gather(Lowering& net, const Node& node) {
  const Bound& value = net.input(node, 0);
  const std::size_t axis = axis_of(node.integer("axis", 0), value.view.rank());
  const Array& indices = net.constant(node, 1);
  if (indices.dims.size() > 1) fail("expected a number or a row of them, found {}", to_string(indices.dims));
  std::vector<std::int64_t> wanted;
  for (const std::int64_t index : indices.indices()) {
    wanted.push_back(static_cast<std::int64_t>(axis_of(index, static_cast<std::size_t>(value.view.size(axis)))));
  }
  const Bound result = picked(net, node, value, axis, wanted);
  std::vector<bool> gone(result.view.rank());
  gone[axis] = indices.dims.empty();
  net.bind(node, {result.layer, result.view.without(gone)});
}

}  // namespace

std::span<const Operator> view_operators() {
  static constexpr std::array kOperators = std::to_array<Operator>({{"Reshape", lower_reshape},
                                                                    {"Flatten", lower_reshape},
                                                                    {"Squeeze", lower_reshape},
                                                                    {"Unsqueeze", lower_reshape},
                                                                    {"Transpose", lower_transpose},
                                                                    {"Slice", lower_slice},
                                                                    {"Split", lower_split},
                                                                    {"Gather", lower_gather}});
  return kOperators;
}

}  // namespace zf::onnx
