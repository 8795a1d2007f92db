// What nodes say: attributes, axes, ranges.
#include <algorithm>
#include <limits>
#include <numeric>

#include "core/exchange/onnx_graph.h"
#include "core/tensor/error.h"

namespace zf::onnx {

const AttributeMessage* Node::attribute(std::string_view key) const {
  if (message == nullptr) return nullptr;
  const auto& all = message->attributes;
  const auto found = std::find_if(all.begin(), all.end(), [&](const AttributeMessage& one) { return one.name == key; });
  return found == all.end() ? nullptr : &*found;
}

// A value that is there but not written is proto3's way to say zero.
std::int64_t Node::integer(std::string_view key, std::int64_t otherwise) const {
  const AttributeMessage* const found = attribute(key);
  return found == nullptr ? otherwise : found->integer.value_or(0);
}

float Node::number(std::string_view key, float otherwise) const {
  const AttributeMessage* const found = attribute(key);
  return found == nullptr ? otherwise : found->number.value_or(0.0F);
}

std::string Node::text(std::string_view key, const std::string& otherwise) const {
  const AttributeMessage* const found = attribute(key);
  return found == nullptr ? otherwise : found->text.value_or("");
}

std::vector<std::int64_t> Node::integers(std::string_view key) const {
  const AttributeMessage* const found = attribute(key);
  return found == nullptr ? std::vector<std::int64_t>{} : found->integers;
}

std::size_t axis_of(std::int64_t axis, std::size_t rank) {
  const auto whole = static_cast<std::int64_t>(rank);
  if (axis < -whole || axis >= whole) fail("expected an axis of {} to {}, found {}", -whole, whole - 1, axis);
  return static_cast<std::size_t>(axis < 0 ? axis + whole : axis);
}

std::optional<std::vector<std::int64_t>> axes_of(Graph& graph, const Node& node) {
  if (node.inputs.size() > 1 && node.inputs[1] >= 0) return graph.constant(node.inputs[1]).indices();
  if (node.attribute("axes") != nullptr) return node.integers("axes");
  return std::nullopt;
}

namespace {

/// A list of a Slice: an attribute of opset 1, else an input.
std::vector<std::int64_t> slice_list(Graph& graph, const Node& node, std::size_t input, std::string_view key) {
  if (node.attribute(key) != nullptr) return node.integers(key);
  if (node.inputs.size() > input && node.inputs[input] >= 0) return graph.constant(node.inputs[input]).indices();
  return {};
}

/// A start or end, which may count from the end and lie outside.
std::int64_t bounded(std::int64_t at, std::int64_t dim, std::int64_t least, std::int64_t most) {
  return std::clamp(at < 0 ? at + dim : at, least, most);
}

}  // namespace

SliceRange slice_range(Graph& graph, const Node& node, const Dims& dims) {
  const std::vector<std::int64_t> starts = slice_list(graph, node, 1, "starts");
  const std::vector<std::int64_t> ends = slice_list(graph, node, 2, "ends");
  std::vector<std::int64_t> axes = slice_list(graph, node, 3, "axes");
  std::vector<std::int64_t> steps = slice_list(graph, node, 4, "steps");
  if (axes.empty()) {
    axes.resize(starts.size());
    std::iota(axes.begin(), axes.end(), 0);
  }
  if (steps.empty()) steps.assign(starts.size(), 1);
  if (ends.size() != starts.size() || axes.size() != starts.size() || steps.size() != starts.size()) {
    fail("expected as many starts as ends, axes and steps, found {}, {}, {} and {}", starts.size(), ends.size(), axes.size(), steps.size());
  }
  SliceRange range{std::vector<std::int64_t>(dims.size(), 0), std::vector<std::int64_t>(dims.size(), 1), dims};
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const std::size_t axis = axis_of(axes[i], dims.size());
    const std::int64_t dim = dims[axis];
    const std::int64_t step = steps[i];
    if (step == 0 || step == std::numeric_limits<std::int64_t>::min()) fail("expected steps other than {}, found one", step);
    const bool up = step > 0;
    const std::int64_t from = bounded(starts[i], dim, 0, up ? dim : dim - 1);
    const std::int64_t to = bounded(ends[i], dim, up ? 0 : -1, up ? dim : dim - 1);
    const std::int64_t way = up ? to - from : from - to;
    const std::int64_t stride = up ? step : -step;
    range.starts[axis] = from;
    range.steps[axis] = step;
    range.dims[axis] = way <= 0 ? 0 : (way - 1) / stride + 1;
  }
  return range;
}

Dims reshaped_dims(const Dims& dims, const std::vector<std::int64_t>& wanted, bool allow_zero) {
  const std::size_t count = count_of(dims);
  Dims result = wanted;
  std::size_t known = 1;
  std::optional<std::size_t> open;
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (result[i] == 0 && !allow_zero) {
      if (i >= dims.size()) fail("expected a dimension to copy at {}, found {}", i, to_string(dims));
      result[i] = dims[i];
    }
    if (result[i] == -1) {
      if (open) fail("expected one open dimension at most, found {}", to_string(wanted));
      open = i;
    } else {
      known *= count_of({result[i]});
      if (known > count) break;
    }
  }
  if (open) result[*open] = known > 0 && count % known == 0 ? static_cast<std::int64_t>(count / known) : -1;
  const bool fits = std::all_of(result.begin(), result.end(), [](std::int64_t dim) { return dim >= 0; }) && count_of(result) == count;
  if (!fits) fail("expected a shape for the values of {}, found {}", to_string(dims), to_string(wanted));
  return result;
}

}  // namespace zf::onnx
