// MaxPool, AveragePool, their global forms, means over pixels, Pad.
#include <algorithm>
#include <array>

#include "core/exchange/onnx_lowering.h"
#include "core/exchange/onnx_shapes.h"
#include "core/exchange/onnx_window.h"
#include "core/io/quotable.h"
#include "core/tensor/error.h"

namespace zf::onnx {

namespace {

bool is_even(const Sliding& s) { return is_square(s.begin) && s.begin == s.end; }
int side(std::int64_t value) { return static_cast<int>(value); }  // checked: at most 2^14

bool covers(const Sliding& s, const Shape& maps) {
  return s.kernel == Dims{maps.h, maps.w} && s.begin == Dims{0, 0} && s.end == Dims{0, 0};
}

/// Our pool of the same places, padded alike on all sides, where there is one. Padding behind that differs may be what rounding up reaches.
struct Pool {
  int kernel = 0;
  int stride = 0;
  int pad = 0;
  bool ceil = false;
};

std::optional<Pool> same_places(const Sliding& s, const Shape& maps) {
  if (!is_square(s.begin) || s.begin[0] >= s.kernel[0]) return std::nullopt;
  for (const bool ceil : {false, true}) {
    const Pool pool{side(s.kernel[0]), side(s.stride[0]), side(s.begin[0]), ceil};
    const auto out = [&](int in) { return std::int64_t{output_size(in, pool.kernel, pool.stride, pool.pad, ceil)}; };
    if (s.out == Dims{out(maps.h), out(maps.w)}) return pool;
  }
  return std::nullopt;
}

Sliding checked_sliding(Lowering& net, const Node& node) {
  const Dims dims = net.input(node, 0).view.dims();
  if (dims.size() != 4) fail("expected maps of two axes, found {}", to_string(dims));
  const Sliding s = sliding(node, dims, nullptr);
  if (node.attribute("dilations") != nullptr && s.dilation != Dims{1, 1}) fail("expected a dilation of 1, found {}", to_string(s.dilation));
  if (node.outputs.size() > 1 && node.outputs[1] >= 0 && !net.graph().value(node.outputs[1]).name.empty()) {
    fail("expected the pooled maps alone as output, found the places of the greatest values, too");
  }
  return s;
}

void check_square(const Sliding& s) {
  if (is_square(s.kernel) && is_square(s.stride)) return;
  fail("expected a kernel and stride alike along both axes, found {} and {}", to_string(s.kernel), to_string(s.stride));
}

/// Zeros around maps as a layer of their own.
Bound padded(Lowering& net, const Node& node, const Bound& value, const Sliding& s) {
  return net.added(node, PadLayer{side(s.begin[0]), side(s.begin[1]), side(s.end[0]), side(s.end[1])}, {value.layer});
}

void lower_max_pool(Lowering& net, const Node& node) {
  Sliding s = checked_sliding(net, node);
  check_square(s);
  Bound value = net.as_maps(node, net.input(node, 0));
  auto pool = same_places(s, net.shape(value.layer));
  if (!pool) {
    if (!net.is_nonnegative(value.layer)) {
      fail("expected padding alike on all sides, or zeros around values that are at least 0, found {} before and {} behind",
           to_string(s.begin), to_string(s.end));
    }
    value = padded(net, node, value, s);
    s.begin = {0, 0};
    pool = same_places(s, net.shape(value.layer));
  }
  if (!pool) fail("expected {} places, which our pooling does not give", to_string(s.out));
  net.bind(node, net.added(node, MaxPoolLayer{{pool->kernel, pool->stride, pool->pad, pool->ceil}}, {value.layer}));
}

void lower_average_pool(Lowering& net, const Node& node) {
  Sliding s = checked_sliding(net, node);
  Bound value = net.as_maps(node, net.input(node, 0));
  if (covers(s, net.shape(value.layer))) return net.bind(node, net.added(node, GlobalAveragePoolLayer{}, {value.layer}));
  check_square(s);
  const bool counts = node.integer("count_include_pad", 0) != 0;
  auto pool = same_places(s, net.shape(value.layer));
  // What rounding up reaches never counts with us.
  const bool differs = counts && !is_even(s);
  if (!pool || differs) {
    if (!counts) fail("expected padding alike on all sides, found {} before and {} behind", to_string(s.begin), to_string(s.end));
    value = padded(net, node, value, s);
    s.begin = {0, 0};
    pool = same_places(s, net.shape(value.layer));
  }
  if (!pool) fail("expected {} places, which our pooling does not give", to_string(s.out));
  net.bind(node,
           net.added(node, AveragePoolLayer{pool->kernel, pool->stride, pool->pad, pool->ceil, counts || pool->pad == 0}, {value.layer}));
}

void lower_global_average(Lowering& net, const Node& node) {
  const Bound value = net.as_maps(node, net.input(node, 0));
  net.bind(node, net.added(node, GlobalAveragePoolLayer{}, {value.layer}));
}

/// A max pool that covers the maps.
int global_max(Lowering& net, const Node& node, int layer) {
  const Shape maps = net.shape(layer);
  if (maps.h != maps.w) fail("expected square maps, found {}", to_string(maps));
  return net.add(node, MaxPoolLayer{{maps.h, maps.h, 0, false}}, {layer});
}

void lower_global_max(Lowering& net, const Node& node) {
  const Bound value = net.as_maps(node, net.input(node, 0));
  const int layer = global_max(net, node, value.layer);
  net.bind(node, {layer, View::of(net.shape(layer))});
}

/// Over rows and columns, wherever the axes are.
void lower_reduction(Lowering& net, const Node& node) {
  const Bound value = net.with_roles(node, net.input(node, 0));
  const Shape maps = net.shape(value.layer);
  std::vector<Role> roles = *value.view.roles(maps);
  const std::vector<bool> gone = reduced_axes(net.graph(), node, roles.size());
  std::int64_t reduced = 1;
  for (std::size_t i = 0; i < roles.size(); ++i) {
    if (!gone[i]) continue;
    if (roles[i] == Role::kMap || roles[i] == Role::kItem) fail("expected a reduction over rows and columns, found one over axis {}", i);
    reduced *= value.view.size(i);
    roles[i] = Role::kOne;
  }
  if (reduced != static_cast<std::int64_t>(maps.plane()))
    fail("expected a reduction over all rows and columns, found one over {} of {}", reduced, maps.plane());
  const int layer = node.op == "ReduceMax" ? global_max(net, node, value.layer) : net.add(node, GlobalAveragePoolLayer{}, {value.layer});
  const View kept = View::of(net.shape(layer), roles);
  net.bind(node, {layer, node.integer("keepdims", 1) != 0 ? kept : kept.without(gone)});
}

void lower_pad(Lowering& net, const Node& node) {
  const std::string mode = node.text("mode", "constant");
  if (mode != "constant") fail("expected zeros, found the mode {}", quotable(mode));
  const double fill = net.has(node, 2) ? net.constant(node, 2).values().at(0) : node.number("value", 0);
  const Bound& given = net.input(node, 0);
  const Padding padding = padding_of(net.graph(), node, given.view.rank());
  const auto all_zero = [](const std::vector<std::int64_t>& pads) {
    return std::all_of(pads.begin(), pads.end(), [](auto pad) { return pad == 0; });
  };
  if (all_zero(padding.begin) && all_zero(padding.end)) return net.bind(node, given);
  if (fill != 0) fail("expected zeros, found {}", fill);
  const Bound value = net.with_roles(node, given);
  std::vector<Role> roles = *value.view.roles(net.shape(value.layer));
  // Maps of one element have rows and columns, too, where they lie as maps.
  if (value.view == View::of(net.shape(value.layer))) roles = {Role::kItem, Role::kMap, Role::kRow, Role::kColumn};
  PadLayer pad;
  for (std::size_t i = 0; i < roles.size(); ++i) {
    if (padding.begin[i] == 0 && padding.end[i] == 0) continue;
    if (roles[i] != Role::kRow && roles[i] != Role::kColumn) fail("expected zeros around rows and columns, found some along axis {}", i);
    (roles[i] == Role::kRow ? pad.top : pad.left) = side(padding.begin[i]);
    (roles[i] == Role::kRow ? pad.bottom : pad.right) = side(padding.end[i]);
  }
  const int layer = net.add(node, pad, {value.layer});
  net.bind(node, {layer, View::of(net.shape(layer), roles)});
}

}  // namespace

std::span<const Operator> pool_operators() {
  static constexpr std::array kOperators = std::to_array<Operator>({{"MaxPool", lower_max_pool},
                                                                    {"AveragePool", lower_average_pool},
                                                                    {"GlobalAveragePool", lower_global_average},
                                                                    {"GlobalMaxPool", lower_global_max},
                                                                    {"ReduceMean", lower_reduction},
                                                                    {"ReduceMax", lower_reduction},
                                                                    {"Pad", lower_pad}});
  return kOperators;
}

}  // namespace zf::onnx
