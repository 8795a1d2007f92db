// Pooling, parts and joins of maps, reshapes.
#include <algorithm>
#include <array>

#include "core/exchange/caffe_lowering.h"
#include "core/io/quotable.h"
#include "core/tensor/error.h"

namespace zf::caffe {

namespace {

/// As Caffe has it: rounded up, so that windows may begin behind the map where there is no padding.
std::int64_t pooled_size(std::int64_t in, const PoolSpec& pool) {
  const std::int64_t span = in + 2 * std::int64_t{pool.pad} - pool.kernel;
  const std::int64_t out = (span + (pool.ceil ? pool.stride - 1 : 0)) / pool.stride + 1;
  return pool.pad > 0 && (out - 1) * pool.stride >= in + pool.pad ? out - 1 : out;
}

PoolSpec pool_of(const Message& param, const Shape& in) {
  if (param.flag("global_pooling", false)) {
    if (in.h != in.w && param.text("pool", "MAX") == "MAX") fail("expected square maps, found {}", zf::to_string(in));
    return {in.h, 1, 0, true};
  }
  const Sides kernel = sides_of(param, "kernel_size", "kernel", 0);
  const Sides stride = sides_of(param, "stride", "stride", 1);
  const Sides pad = sides_of(param, "pad", "pad", 0);
  if (!kernel.is_square() || !stride.is_square() || !pad.is_square()) {
    fail("expected a kernel, stride and pad alike along both axes, found {}x{}, {}x{} and {}x{}", kernel.h, kernel.w, stride.h, stride.w,
         pad.h, pad.w);
  }
  const std::string rounding = param.text("round_mode", "CEIL");
  if (rounding != "CEIL" && rounding != "FLOOR") fail("expected a round_mode CEIL or FLOOR, found {}", quotable(rounding));
  return {kernel.h, stride.h, pad.h, rounding == "CEIL"};
}

void lower_pooling(Lowering& net, const Node& node) {
  const Message& param = node.message->message("pooling_param");
  const std::string method = param.text("pool", "MAX");
  if (method != "MAX" && method != "AVE") fail("expected a pool MAX or AVE, found {}", quotable(method));
  const int below = net.as_maps(node, net.input(node, 0));
  const Shape in = net.shape(below);
  const PoolSpec pool = pool_of(param, in);
  const bool is_global = param.flag("global_pooling", false) || (pool.pad == 0 && in.map() == Size{pool.kernel, pool.kernel});
  if (method == "AVE" && is_global) return net.bind(node, net.added(node, GlobalAveragePoolLayer{}, {below}));
  LayerOp op = MaxPoolLayer{pool};
  if (method == "AVE") op = AveragePoolLayer{pool.kernel, pool.stride, pool.pad, pool.ceil, true};
  const Bound result = net.added(node, op, {below});
  const Dims expected{1, in.c, pooled_size(in.h, pool), pooled_size(in.w, pool)};
  if (result.dims != expected) {
    fail("expected windows that begin inside the maps {}, found a stride of {} beyond the kernel of {}", zf::to_string(in), pool.stride,
         pool.kernel);
  }
  net.bind(node, result);
}

void lower_concat(Lowering& net, const Node& node) {
  const Message& param = node.message->message("concat_param");
  Dims dims = net.input(node, 0).dims;
  const int axis = param.integer("axis", param.integer("concat_dim", 1));
  if (axis_of(axis, dims.size()) != 1) fail("expected maps one behind the other, which is axis 1, found axis {}", axis);
  if (node.inputs.size() == 1) return net.bind(node, net.input(node, 0));
  std::vector<int> layers;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const Bound& value = net.input(node, i);
    if (value.dims.size() != dims.size()) fail("expected bottoms of one rank, found {} and {}", to_string(dims), to_string(value.dims));
    layers.push_back(net.as_maps(node, value));
  }
  const int layer = net.add(node, ConcatLayer{}, layers);
  dims[1] = net.shape(layer).c;
  net.bind(node, {layer, dims});
}

/// Where each top begins, and the end.
std::vector<int> slice_points(const Message& param, std::size_t tops, int maps) {
  std::vector<int> points = param.integers("slice_point");
  if (points.empty()) {
    const int each = tops == 0 ? 0 : maps / static_cast<int>(tops);
    for (std::size_t i = 1; i < tops; ++i) points.push_back(static_cast<int>(i) * each);
    if (tops == 0 || each * static_cast<int>(tops) != maps) fail("expected maps that {} tops divide, found {}", tops, maps);
  }
  points.insert(points.begin(), 0);
  points.push_back(maps);
  const bool is_rising = std::adjacent_find(points.begin(), points.end(), std::greater_equal<>()) == points.end();
  if (points.size() != tops + 1 || !is_rising) {
    fail("expected {} rising slice_points below {}, found {} of {}", tops - 1, maps, fmt::join(points.begin() + 1, points.end() - 1, ", "),
         points.size() - 2);
  }
  return points;
}

/// Maps from `from` to before `to`, picked by a convolution of ones and zeros.
Bound picked(Lowering& net, const Node& node, int below, int from, int to) {
  const int maps = net.shape(below).c;
  const int count = to - from;
  constexpr std::int64_t kMost = 1 << 24;
  if (std::int64_t{count} * maps > kMost) fail("expected some of fewer maps, found {} of {}", count, maps);
  std::vector<float> weights(static_cast<std::size_t>(count) * static_cast<std::size_t>(maps));
  for (int i = 0; i < count; ++i) {
    weights[static_cast<std::size_t>(i) * static_cast<std::size_t>(maps) + static_cast<std::size_t>(from + i)] = 1;
  }
  const Bound result = net.added(node, ConvLayer{.maps = count, .bias = false}, {below});
  net.set(result.layer, "weight", {count, maps, 1, 1}, weights);
  return result;
}

void lower_slice(Lowering& net, const Node& node) {
  const Message& param = node.message->message("slice_param");
  const Bound value = net.input(node, 0);
  const int axis = param.integer("axis", param.integer("slice_dim", 1));
  if (axis_of(axis, value.dims.size()) != 1) fail("expected parts of the maps, which are axis 1, found axis {}", axis);
  if (node.outputs.size() == 1) return net.bind(node, value);
  const int below = net.as_maps(node, value);
  const std::vector<int> points = slice_points(param, node.outputs.size(), net.shape(below).c);
  for (std::size_t i = 0; i < node.outputs.size(); ++i) {
    if (!net.is_read(node, i)) continue;
    Dims dims = value.dims;
    dims[1] = points[i + 1] - points[i];
    net.bind(node, {picked(net, node, below, points[i], points[i + 1]).layer, dims}, i);
  }
}

std::int64_t product(Dims::const_iterator begin, Dims::const_iterator end) {
  std::int64_t product = 1;
  for (auto dim = begin; dim != end; ++dim) product *= *dim;
  return product;
}

void lower_flatten(Lowering& net, const Node& node) {
  const Message& param = node.message->message("flatten_param");
  Bound value = net.input(node, 0);
  Dims& dims = value.dims;
  const std::size_t first = axis_of(param.integer("axis", 1), dims.size());
  const std::size_t last = axis_of(param.integer("end_axis", -1), dims.size());
  if (first == 0 || last < first) fail("expected an axis of 1 or more and an end_axis behind it, found {} and {}", first, last);
  const auto from = dims.begin() + static_cast<std::ptrdiff_t>(first);
  const auto to = dims.begin() + static_cast<std::ptrdiff_t>(last) + 1;
  *from = product(from, to);
  dims.erase(from + 1, to);
  net.bind(node, std::move(value));
}

/// The axes that a Reshape gives; 0 keeps the one below, -1 takes what is left.
void lower_reshape(Lowering& net, const Node& node) {
  const Message& param = node.message->message("reshape_param");
  Bound value = net.input(node, 0);
  if (param.integer("axis", 0) != 0 || param.integer("num_axes", -1) != -1) {
    fail("expected axis 0 and all axes, found axis {} and num_axes {}", param.integer("axis", 0), param.integer("num_axes", -1));
  }
  constexpr std::size_t kMostAxes = 8;
  const std::vector<int> shape = param.message("shape").integers("dim");
  const std::int64_t all = product(value.dims.begin(), value.dims.end());
  Dims dims;
  std::int64_t known = 1;
  for (const int dim : shape) {
    const bool is_kept = dim == 0 && dims.size() < value.dims.size();
    // The first axis is that of images, of which there is one.
    dims.push_back(dims.empty() ? 1 : is_kept ? value.dims[dims.size()] : dim);
    if (dims.back() > 0) known *= dims.back();
    if (dims.size() > kMostAxes || known > all || dims.back() < -1) break;
  }
  const auto rest = std::count(dims.begin(), dims.end(), -1);
  if (rest == 1 && known <= all && all % known == 0) std::replace(dims.begin(), dims.end(), std::int64_t{-1}, all / known);
  if (dims.size() < 2 || dims.size() != shape.size() || product(dims.begin(), dims.end()) != all) {
    fail("expected a shape of {} elements, found {} for {}", all, fmt::join(shape, "x"), to_string(value.dims));
  }
  value.dims = std::move(dims);
  net.bind(node, std::move(value));
}

}  // namespace

std::span<const LayerType> shape_types() {
  static constexpr std::array kTypes = std::to_array<LayerType>({{"Pooling", lower_pooling},
                                                                 {"Concat", lower_concat},
                                                                 {"Slice", lower_slice},

                                                                 {"Flatten", lower_flatten},
                                                                 {"Reshape", lower_reshape}});
  return kTypes;
}

}  // namespace zf::caffe
