#include "core/exchange/onnx_shapes.h"

#include <algorithm>
#include <array>

#include "core/exchange/onnx_fold_math.h"
#include "core/exchange/onnx_window.h"
#include "core/tensor/error.h"

namespace zf::onnx {

namespace {

constexpr std::int64_t kMaxPad = 1 << 14;

class Inference {
 public:
  Inference(Graph& graph, const Node& node) : graph_(graph), node_(node) {}

  std::optional<std::vector<Dims>> run() {
    struct Operator {
      std::string_view name;
      Dims (*infer)(Inference&);
    };
    static constexpr std::array kOperators = std::to_array<Operator>({
        {"Add", call<&Inference::broadcasted>},
        {"AveragePool", call<&Inference::pool>},
        {"BatchNormalization", call<&Inference::same>},
        {"Cast", call<&Inference::same>},
        {"Clip", call<&Inference::same>},
        {"Concat", call<&Inference::concat>},
        {"Conv", call<&Inference::conv>},
        {"Div", call<&Inference::broadcasted>},
        {"Dropout", call<&Inference::same>},
        {"Elu", call<&Inference::same>},
        {"Erf", call<&Inference::same>},
        {"Exp", call<&Inference::same>},
        {"Flatten", call<&Inference::flatten>},
        {"Gather", call<&Inference::gather>},
        {"Gelu", call<&Inference::same>},
        {"Gemm", call<&Inference::gemm>},
        {"GlobalAveragePool", call<&Inference::global_pool>},
        {"GlobalMaxPool", call<&Inference::global_pool>},
        {"HardSigmoid", call<&Inference::same>},
        {"HardSwish", call<&Inference::same>},
        {"Identity", call<&Inference::same>},
        {"InstanceNormalization", call<&Inference::same>},
        {"LRN", call<&Inference::same>},
        {"LeakyRelu", call<&Inference::same>},
        {"LogSoftmax", call<&Inference::same>},
        {"MatMul", call<&Inference::matmul>},
        {"Max", call<&Inference::broadcasted>},
        {"MaxPool", call<&Inference::pool>},
        {"Min", call<&Inference::broadcasted>},
        {"Mul", call<&Inference::broadcasted>},
        {"Neg", call<&Inference::same>},
        {"PRelu", call<&Inference::same>},
        {"Pad", call<&Inference::pad>},
        {"Pow", call<&Inference::broadcasted>},
        {"ReduceMax", call<&Inference::reduce>},
        {"ReduceMean", call<&Inference::reduce>},
        {"ReduceSum", call<&Inference::reduce>},
        {"Relu", call<&Inference::same>},
        {"Reshape", call<&Inference::reshape>},
        {"Sigmoid", call<&Inference::same>},
        {"Slice", call<&Inference::slice>},
        {"Softmax", call<&Inference::same>},
        {"Sqrt", call<&Inference::same>},
        {"Squeeze", call<&Inference::squeeze>},
        {"Sub", call<&Inference::broadcasted>},
        {"Sum", call<&Inference::broadcasted>},
        {"Tanh", call<&Inference::same>},
        {"Transpose", call<&Inference::transpose>},
        {"Unsqueeze", call<&Inference::unsqueeze>},
    });
    for (const int input : node_.inputs) {
      if (input >= 0 && !graph_.value(input).dims) return std::nullopt;
    }
    if (node_.op == "Split") return split();
    const auto found = std::find_if(kOperators.begin(), kOperators.end(), [&](const Operator& one) { return one.name == node_.op; });
    if (found == kOperators.end()) return std::nullopt;
    return std::vector<Dims>{found->infer(*this)};
  }

 private:
  template <Dims (Inference::*kMember)()>
  static Dims call(Inference& inference) {
    return (inference.*kMember)();
  }

  const Dims& in(std::size_t i) {
    if (i >= node_.inputs.size() || node_.inputs[i] < 0) fail("expected {} inputs, found fewer", i + 1);
    return graph_.dims(node_.inputs[i]);
  }
  const Dims& maps() {
    if (in(0).size() < 3) fail("expected maps, found {}", to_string(in(0)));
    return in(0);
  }

  Dims same() { return in(0); }

  Dims broadcasted() {
    // Opset 6 and before aligned the second operand where an attribute said.
    if (node_.attribute("axis") != nullptr) return in(0);
    Dims dims = in(0);
    for (std::size_t i = 1; i < node_.inputs.size(); ++i) dims = broadcast(dims, in(i));
    return dims;
  }

  Dims behind_maps(Dims head, const Dims& tail) {
    head.insert(head.end(), tail.begin(), tail.end());
    (void)count_of(head);
    return head;
  }
  Dims pool() { return behind_maps({maps()[0], maps()[1]}, sliding(node_, maps(), nullptr).out); }
  Dims conv() {
    if (in(1).size() < 3) fail("expected weights of maps, found {}", to_string(in(1)));
    return behind_maps({maps()[0], in(1)[0]}, sliding(node_, maps(), &in(1)).out);
  }
  Dims global_pool() { return behind_maps({maps()[0], maps()[1]}, Dims(maps().size() - 2, 1)); }

  Dims concat() {
    Dims dims = in(0);
    const std::size_t axis = axis_of(node_.integer("axis", 1), dims.size());
    for (std::size_t i = 1; i < node_.inputs.size(); ++i) {
      Dims other = in(i);
      if (other.size() != dims.size()) fail("expected inputs of one rank, found {} and {}", to_string(dims), to_string(other));
      dims[axis] += other[axis];
      other[axis] = dims[axis];
      if (other != dims) fail("expected inputs that fit along axis {}, found {} and {}", axis, to_string(in(0)), to_string(in(i)));
      (void)count_of(dims);
    }
    return dims;
  }

  Dims flatten() {
    const Dims& dims = in(0);
    const std::int64_t axis = node_.integer("axis", 1);
    const std::size_t at = axis == static_cast<std::int64_t>(dims.size()) ? dims.size() : axis_of(axis, dims.size());
    const auto middle = dims.begin() + static_cast<std::ptrdiff_t>(at);
    return {static_cast<std::int64_t>(count_of({dims.begin(), middle})), static_cast<std::int64_t>(count_of({middle, dims.end()}))};
  }

  Dims gather() {
    const Dims& dims = in(0);
    const auto at = static_cast<std::ptrdiff_t>(axis_of(node_.integer("axis", 0), dims.size()));
    Dims result(dims.begin(), dims.begin() + at);
    result.insert(result.end(), in(1).begin(), in(1).end());
    result.insert(result.end(), dims.begin() + at + 1, dims.end());
    return result;
  }

  Dims gemm() {
    if (in(0).size() != 2 || in(1).size() != 2) fail("expected matrices, found {} and {}", to_string(in(0)), to_string(in(1)));
    const bool over = node_.integer("transA", 0) != 0;
    const bool across = node_.integer("transB", 0) != 0;
    if (in(0)[over ? 0 : 1] != in(1)[across ? 1 : 0])
      fail("expected matrices that fit, found {} and {}", to_string(in(0)), to_string(in(1)));
    return {in(0)[over ? 1 : 0], in(1)[across ? 0 : 1]};
  }

  Dims matmul() {
    const Dims& a = in(0);
    const Dims& b = in(1);
    if (a.size() < 2 || b.size() < 2 || a.back() != b[b.size() - 2])
      fail("expected matrices that fit, found {} and {}", to_string(a), to_string(b));
    Dims dims = broadcast({a.begin(), a.end() - 2}, {b.begin(), b.end() - 2});
    dims.push_back(a[a.size() - 2]);
    dims.push_back(b.back());
    return dims;
  }

  Dims pad() {
    Dims dims = in(0);
    const Padding padding = padding_of(graph_, node_, dims.size());
    for (std::size_t i = 0; i < dims.size(); ++i) dims[i] += padding.begin[i] + padding.end[i];
    (void)count_of(dims);
    return dims;
  }

  Dims reduce() {
    const std::vector<bool> gone = reduced_axes(graph_, node_, in(0).size());
    const bool keep = node_.integer("keepdims", 1) != 0;
    Dims dims;
    for (std::size_t i = 0; i < gone.size(); ++i) {
      if (!gone[i]) dims.push_back(in(0)[i]);
      if (gone[i] && keep) dims.push_back(1);
    }
    return dims;
  }

  Dims reshape() {
    const auto wanted = node_.inputs.size() > 1 ? graph_.constant(node_.inputs[1]).indices() : node_.integers("shape");
    return reshaped_dims(in(0), wanted, node_.integer("allowzero", 0) != 0);
  }

  Dims slice() { return slice_range(graph_, node_, in(0)).dims; }

  std::vector<Dims> split() {
    const Dims& dims = in(0);
    const std::size_t axis = axis_of(node_.integer("axis", 0), dims.size());
    std::vector<Dims> parts;
    for (const std::int64_t size : split_sizes(graph_, node_, dims[axis])) {
      parts.push_back(dims);
      parts.back()[axis] = size;
    }
    return parts;
  }

  Dims squeeze() {
    const Dims& dims = in(0);
    const auto axes = axes_of(graph_, node_);
    std::vector<bool> gone(dims.size());
    for (std::size_t i = 0; i < dims.size(); ++i) gone[i] = !axes && dims[i] == 1;
    if (axes) {
      for (const std::int64_t axis : *axes) gone[axis_of(axis, dims.size())] = true;
    }
    Dims result;
    for (std::size_t i = 0; i < dims.size(); ++i) {
      if (!gone[i]) result.push_back(dims[i]);
      if (gone[i] && dims[i] != 1) fail("expected axes of one element to squeeze, found {}", to_string(dims));
    }
    return result;
  }

  Dims transpose() {
    const Dims& dims = in(0);
    std::vector<std::int64_t> order = node_.integers("perm");
    if (order.empty()) {
      for (std::size_t i = dims.size(); i-- > 0;) order.push_back(static_cast<std::int64_t>(i));
    }
    std::vector<bool> seen(dims.size());
    Dims result;
    for (const std::int64_t axis : order) {
      const std::size_t at = axis_of(axis, dims.size());
      result.push_back(dims[at]);
      seen[at] = true;
    }
    const bool all = std::all_of(seen.begin(), seen.end(), [](bool one) { return one; });
    if (!all || order.size() != dims.size()) fail("expected every axis once, found {}", to_string(order));
    return result;
  }

  Dims unsqueeze() {
    const auto axes = axes_of(graph_, node_);
    constexpr std::size_t kMost = 16;
    if (!axes || axes->size() > kMost) fail("expected up to {} axes to add, found none or more", kMost);
    const std::size_t rank = in(0).size() + axes->size();
    std::vector<bool> added(rank);
    for (const std::int64_t axis : *axes) added[axis_of(axis, rank)] = true;
    if (std::count(added.begin(), added.end(), true) != static_cast<std::ptrdiff_t>(axes->size()))
      fail("expected different axes, found one twice");
    Dims result;
    auto next = in(0).begin();
    for (const bool is_added : added) result.push_back(is_added ? 1 : *next++);
    return result;
  }

  Graph& graph_;
  const Node& node_;
};

}  // namespace

std::optional<std::vector<Dims>> infer_dims(Graph& graph, const Node& node) { return Inference(graph, node).run(); }

std::vector<std::int64_t> split_sizes(Graph& graph, const Node& node, std::int64_t whole) {
  std::vector<std::int64_t> sizes = node.integers("split");
  if (node.inputs.size() > 1 && node.inputs[1] >= 0) sizes = graph.constant(node.inputs[1]).indices();
  if (node.outputs.empty()) fail("expected outputs, found none");
  if (sizes.empty()) {
    const auto parts = static_cast<std::int64_t>(node.outputs.size());
    const std::int64_t each = (whole + parts - 1) / parts;
    for (std::int64_t left = whole; left > 0; left -= each) sizes.push_back(std::min(each, left));
  }
  std::int64_t sum = 0;
  for (const std::int64_t size : sizes) {
    if (size < 1 || size > whole - sum) fail("expected parts of {} in all, found {}", whole, to_string(sizes));
    sum += size;
  }
  if (sum != whole || sizes.size() != node.outputs.size())
    fail("expected {} parts of {} in all, found {}", node.outputs.size(), whole, to_string(sizes));
  return sizes;
}

std::vector<bool> reduced_axes(Graph& graph, const Node& node, std::size_t rank) {
  const auto axes = axes_of(graph, node);
  std::vector<bool> gone(rank, !axes || axes->empty());
  if (axes) {
    for (const std::int64_t axis : *axes) gone[axis_of(axis, rank)] = true;
  }
  return gone;
}

Padding padding_of(Graph& graph, const Node& node, std::size_t rank) {
  std::vector<std::int64_t> pads = node.integers("pads");
  if (node.inputs.size() > 1 && node.inputs[1] >= 0) pads = graph.constant(node.inputs[1]).indices();
  std::vector<std::int64_t> axes;
  if (node.inputs.size() > 3 && node.inputs[3] >= 0) axes = graph.constant(node.inputs[3]).indices();
  if (axes.empty()) {
    for (std::size_t i = 0; i < rank; ++i) axes.push_back(static_cast<std::int64_t>(i));
  }
  if (pads.size() != 2 * axes.size()) fail("pads: expected {} numbers, found {}", 2 * axes.size(), pads.size());
  Padding padding{std::vector<std::int64_t>(rank, 0), std::vector<std::int64_t>(rank, 0)};
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::size_t axis = axis_of(axes[i], rank);
    padding.begin[axis] = pads[i];
    padding.end[axis] = pads[i + axes.size()];
    for (const std::int64_t pad : {padding.begin[axis], padding.end[axis]}) {
      if (pad < 0 || pad > kMaxPad) fail("pads: expected 0 to {}, found {}", kMaxPad, pad);
    }
  }
  return padding;
}

}  // namespace zf::onnx
