#include "core/exchange/caffe_lowering.h"

#include <algorithm>
#include <cmath>

#include "core/io/quotable.h"
#include "core/tensor/error.h"

namespace zf::caffe {

namespace {

constexpr std::int64_t kMostSide = 1 << 14;
constexpr std::int64_t kMostElements = (std::int64_t{1} << 31) - 1;

Dims without_leading_ones(const Dims& dims) {
  return {std::find_if(dims.begin(), dims.end(), [](std::int64_t dim) { return dim != 1; }), dims.end()};
}

Dims dims_of(const Shape& shape) { return {1, shape.c, shape.h, shape.w}; }

std::string supported() {
  std::string listed;
  for (const auto family : {weight_types(), pointwise_types(), shape_types()}) {
    for (const LayerType& type : family) listed += (listed.empty() ? "" : ", ") + std::string(type.name);
  }
  return listed;
}

}  // namespace

std::string to_string(const Dims& dims) { return fmt::format("{}", fmt::join(dims, "x")); }

Node part_of(const Node& node, const std::string& what) { return {node.name + "." + what, node.type, node.message, {}, {}}; }

Sides sides_of(const Message& message, const std::string& name, const std::string& axis_name, int otherwise) {
  const std::string h = axis_name + "_h";
  const std::string w = axis_name + "_w";
  if (message.has(h) || message.has(w)) return {message.integer(h, otherwise), message.integer(w, otherwise)};
  const std::vector<int> sides = message.integers(name);
  if (sides.size() > 2) fail("expected {} along two axes, found {} numbers", name, sides.size());
  if (sides.empty()) return {otherwise, otherwise};
  return {sides.front(), sides.back()};
}

std::size_t axis_of(int axis, std::size_t rank) {
  const auto axes = static_cast<std::int64_t>(rank);
  const std::int64_t found = axis < 0 ? axis + axes : axis;
  if (found < 0 || found >= axes) fail("expected one of {} axes, found {}", rank, axis);
  return static_cast<std::size_t>(found);
}

Lowering::Lowering(const Graph& graph, const WeightsFile& weights) : graph_(&graph), weights_(&weights) {
  const Dims& dims = graph.input_dims;
  const bool fits = std::all_of(dims.begin(), dims.end(), [](std::int64_t dim) { return dim >= 1 && dim <= kMostSide; });
  if (!fits || dims[1] * dims[2] * dims[3] > kMostElements) {
    fail("expected images of 1 to {} pixels a side and at most {} values, found {}", kMostSide, kMostElements, to_string(dims));
  }
  parts_.network.name = graph.name;
  parts_.network.input = {1, static_cast<int>(dims[1]), static_cast<int>(dims[2]), static_cast<int>(dims[3])};
  bound_[graph.input] = {kPicture, dims};
  for (const Node& node : graph.nodes) read_.insert(node.inputs.begin(), node.inputs.end());
  read_.insert(graph.output);
}

const Bound& Lowering::input(const Node& node, std::size_t input) const {
  if (input >= node.inputs.size()) fail("expected more than {} bottoms, found no more", input);
  const auto found = bound_.find(node.inputs[input]);
  if (found == bound_.end()) fail("expected a bottom that our layers give, found one that they do not, such as a pooling's places");
  return found->second;
}

bool Lowering::is_read(const Node& node, std::size_t top) const { return top < node.outputs.size() && read_.count(node.outputs[top]) > 0; }

Shape Lowering::shape(int layer) const { return layer == kPicture ? parts_.network.input : shapes_.at(static_cast<std::size_t>(layer)); }

int Lowering::as_maps(const Node& node, const Bound& value) {
  const Shape maps = shape(value.layer);
  if (value.dims == dims_of(maps)) return value.layer;
  const bool is_flat = value.dims.size() > 1 && value.dims[1] == static_cast<std::int64_t>(maps.item());
  if (!is_flat) fail("expected maps (N, C, H, W), found elements of {} as {}", zf::to_string(maps), to_string(value.dims));
  return maps.plane() == 1 ? value.layer : add(part_of(node, "flat"), FlattenLayer{}, {value.layer});
}

std::size_t Lowering::blob_count(const Node& node) const {
  const auto found = weights_->blobs.find(node.name);
  return found == weights_->blobs.end() ? 0 : found->second.size();
}

const Blob& Lowering::find_blob(const Node& node, std::size_t blob, const Dims& dims) const {
  const std::size_t blobs = blob_count(node);
  if (blob >= blobs) fail("expected weights of {} as blob {} in {}, found {} blobs", to_string(dims), blob, weights_->name, blobs);
  const Blob& found = weights_->blobs.find(node.name)->second[blob];
  if (without_leading_ones(found.dims) != without_leading_ones(dims)) {
    fail("expected weights of {} as blob {} in {}, found {}", to_string(dims), blob, weights_->name, to_string(found.dims));
  }
  const auto count = static_cast<std::int64_t>(found.size());
  std::int64_t size = 1;
  for (std::size_t i = 0; i < dims.size() && size <= count; ++i) size *= dims[i];
  if (size != count) fail("expected {} numbers as blob {} in {}, found {}", to_string(dims), blob, weights_->name, count);
  return found;
}

std::vector<float> Lowering::weights(const Node& node, std::size_t blob, const Dims& dims) const {
  return find_blob(node, blob, dims).values();
}

void Lowering::set_weights(int layer, const char* role, const Shape& shape, const Node& node, std::size_t blob, const Dims& dims) {
  const Blob& found = find_blob(node, blob, dims);
  Tensor tensor = Tensor::uninitialised(shape);
  found.copy(tensor.values());
  set(layer, role, std::move(tensor));
}

int Lowering::add(const Node& node, LayerOp op, const std::vector<int>& inputs) {
  constexpr std::size_t kMost = 4'000;
  if (shapes_.size() >= kMost) fail("expected at most {} layers, found more", kMost);
  Layer layer{names_.keep(op, node.name), op, inputs};
  std::vector<Shape> in;
  for (const int value : inputs) in.push_back(shape(value));
  shapes_.push_back(output_shape(layer, in));
  parts_.network.layers.push_back(std::move(layer));
  parts_.sources.push_back(node.name);
  return static_cast<int>(shapes_.size()) - 1;
}

Bound Lowering::added(const Node& node, LayerOp op, const std::vector<int>& inputs) {
  const int layer = add(node, std::move(op), inputs);
  return {layer, dims_of(shape(layer))};
}

int Lowering::affine(const Node& node, int layer, std::vector<float> scale, std::vector<float> shift) {
  const int maps = shape(layer).c;
  for (std::vector<float>* values : {&scale, &shift}) {
    if (values->size() == 1) values->assign(static_cast<std::size_t>(maps), float{values->front()});
  }
  const int added = add(node, AffineLayer{}, {layer});
  set(added, "scale", {maps, 1, 1, 1}, scale);
  set(added, "shift", {1, maps, 1, 1}, shift);
  return added;
}

void Lowering::set(int layer, const char* role, const Shape& shape, std::span<const float> values) {
  set(layer, role, Tensor(shape, values));
}

void Lowering::set(int layer, const char* role, Tensor&& tensor) {
  for (const float value : tensor.values()) {
    if (!std::isfinite(value)) fail("expected finite weights, found {}", value);
  }
  parts_.parameters.emplace(parts_.network.layers.at(static_cast<std::size_t>(layer)).name + "." + role, std::move(tensor));
}

void Lowering::bind(const Node& node, Bound value, std::size_t top) {
  if (top < node.outputs.size()) bound_[node.outputs[top]] = std::move(value);
}

void Lowering::lower(const Node& node) {
  for (const auto family : {weight_types(), pointwise_types(), shape_types()}) {
    const auto found = std::find_if(family.begin(), family.end(), [&](const LayerType& one) { return one.name == node.type; });
    if (found != family.end()) return found->lower(*this, node);
  }
  fail("expected a type that our layers can say, among {}", supported());
}

NetworkParts Lowering::run() {
  for (const Node& node : graph_->nodes) {
    try {
      lower(node);
    } catch (const Error& error) {
      fail("layer \"{}\" ({}): {}", quotable(node.name), quotable(node.type), error.what());
    }
  }
  check_end();
  return std::move(parts_);
}

void Lowering::check_end() const {
  const std::vector<Layer>& layers = parts_.network.layers;
  if (layers.empty()) fail("expected layers between the images and the output, found none");
  const auto softmax =
      std::find_if(layers.begin(), layers.end() - 1, [](const Layer& layer) { return std::holds_alternative<SoftmaxLayer>(layer.op); });
  if (softmax != layers.end() - 1) fail("layer {}: expected a softmax at the end only, found layers behind it", softmax->name);
}

NetworkParts lower(const Graph& graph, const WeightsFile& weights) { return Lowering(graph, weights).run(); }

}  // namespace zf::caffe
