#include "core/exchange/onnx_fold.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "core/exchange/onnx_fold_math.h"
#include "core/tensor/error.h"

namespace zf::onnx {

namespace {

/// Takes element `from[i]` of an array for element i.
Array taken(const Array& a, Dims dims, std::span<const std::size_t> from) {
  Array result;
  result.dims = std::move(dims);
  result.whole = a.whole;
  for (const std::size_t at : from) {
    if (a.whole) {
      result.integers.push_back(a.integers.at(at));
    } else {
      result.floats.push_back(a.floats.at(at));
    }
  }
  return result;
}

/// Places of a walk over `dims`, the last fastest, in an array where each axis starts and steps as told.
std::vector<std::size_t> places(const Dims& dims, std::span<const std::int64_t> starts, std::span<const std::int64_t> steps) {
  std::vector<std::size_t> result{0};
  std::int64_t base = 0;
  for (const std::int64_t start : starts) base += start;
  result.front() = static_cast<std::size_t>(base);
  for (std::size_t axis = 0; axis < dims.size(); ++axis) {
    std::vector<std::size_t> next;
    next.reserve(result.size() * static_cast<std::size_t>(dims[axis]));
    for (const std::size_t at : result) {
      for (std::int64_t i = 0; i < dims[axis]; ++i) next.push_back(at + static_cast<std::size_t>(i * steps[axis]));
    }
    result = std::move(next);
  }
  return result;
}

std::vector<std::int64_t> strides_of(const Dims& dims) {
  std::vector<std::int64_t> strides(dims.size(), 1);
  for (std::size_t i = dims.size(); i-- > 1;) strides[i - 1] = strides[i] * dims[i];
  return strides;
}

Array with_dims(Array array, Dims dims) {
  array.dims = std::move(dims);
  if (count_of(array.dims) != array.size()) fail("expected {} values, found {}", to_string(array.dims), array.size());
  return array;
}

class Folding {
 public:
  Folding(Graph& graph, const Node& node, std::size_t most) : graph_(graph), node_(node), most_(most) {}

  std::optional<Array> run() {
    struct Operator {
      std::string_view name;
      Array (*fold)(Folding&);
    };
    static constexpr std::array kOperators = std::to_array<Operator>({
        {"Cast", call<&Folding::cast>},
        {"Concat", call<&Folding::concat>},
        {"ConstantOfShape", call<&Folding::constant_of_shape>},
        {"Expand", call<&Folding::expanded>},
        {"Flatten", call<&Folding::flatten>},
        {"Gather", call<&Folding::gather>},
        {"Range", call<&Folding::range>},
        {"ReduceProd", call<&Folding::reduce_product>},
        {"Reshape", call<&Folding::reshape>},
        {"Slice", call<&Folding::slice>},
        {"Squeeze", call<&Folding::squeeze>},
        {"Transpose", call<&Folding::transpose>},
        {"Unsqueeze", call<&Folding::unsqueeze>},
        {"Where", call<&Folding::where>},
    });
    const auto found = std::find_if(kOperators.begin(), kOperators.end(), [&](const Operator& one) { return one.name == node_.op; });
    if (found != kOperators.end()) return found->fold(*this);
    if (node_.inputs.size() == 1) return fold_unary(node_.op, in(0));
    if (node_.inputs.size() == 2) return fold_binary(node_.op, in(0), in(1), most_);
    return std::nullopt;
  }

 private:
  template <Array (Folding::*kMember)()>
  static Array call(Folding& folding) {
    return (folding.*kMember)();
  }

  const Array& in(std::size_t i) {
    if (i >= node_.inputs.size() || node_.inputs[i] < 0) fail("expected {} inputs, found fewer", i + 1);
    return graph_.constant(node_.inputs[i]);
  }
  void check_count(const Dims& dims) const {
    if (count_of(dims) > most_) fail("expected at most {} folded values, found {}", most_, to_string(dims));
  }

  Array cast() {
    const Array& a = in(0);
    const std::int64_t to = node_.integer("to", 1);
    const bool whole = is_whole_type(static_cast<std::int32_t>(std::clamp<std::int64_t>(to, 0, 1000)));
    if (whole == a.whole) return a;
    if (!whole) return float_array(a.dims, a.values());
    std::vector<std::int64_t> values;
    constexpr float kMost = 9e15F;
    for (const float value : a.floats)
      values.push_back(std::isnan(value) ? 0 : static_cast<std::int64_t>(std::clamp(value, -kMost, kMost)));
    return whole_array(a.dims, std::move(values));
  }

  Array concat() {
    Dims dims = in(0).dims;
    const std::size_t axis = axis_of(node_.integer("axis", 0), dims.size());
    dims[axis] = 0;
    std::size_t total = 0;
    for (std::size_t i = 0; i < node_.inputs.size(); ++i) {
      Dims other = in(i).dims;
      if (other.size() != dims.size() || in(i).whole != in(0).whole)
        fail("expected inputs of one kind, found {} and {}", to_string(in(0).dims), to_string(other));
      dims[axis] += other[axis];
      total += in(i).size();
      other[axis] = dims[axis];
      if (other != dims)
        fail("expected inputs that fit along axis {}, found {} and {}", axis, to_string(in(0).dims), to_string(in(i).dims));
    }
    if (total > most_) fail("expected at most {} folded values, found {}", most_, total);
    Array result;
    result.dims = dims;
    result.whole = in(0).whole;
    const std::size_t outer = count_of({dims.begin(), dims.begin() + static_cast<std::ptrdiff_t>(axis)});
    for (std::size_t row = 0; row < outer; ++row) {
      for (std::size_t i = 0; i < node_.inputs.size(); ++i) append_row(in(i), row, outer, result);
    }
    return result;
  }

  static void append_row(const Array& a, std::size_t row, std::size_t rows, Array& out) {
    const auto width = static_cast<std::ptrdiff_t>(a.size() / rows);
    const auto from = static_cast<std::ptrdiff_t>(row) * width;
    if (a.whole) out.integers.insert(out.integers.end(), a.integers.begin() + from, a.integers.begin() + from + width);
    if (!a.whole) out.floats.insert(out.floats.end(), a.floats.begin() + from, a.floats.begin() + from + width);
  }

  Array constant_of_shape() {
    const Dims dims = in(0).indices();
    check_count(dims);
    const AttributeMessage* const value = node_.attribute("value");
    if (value == nullptr || value->tensor.empty()) return float_array(dims, std::vector<float>(count_of(dims)));
    Array one = decode(value->tensor.front(), {});
    if (one.size() != 1) fail("expected one value, found {}", one.size());
    one.dims.clear();
    return expand(one, dims);
  }

  Array expanded() {
    const Dims dims = broadcast(in(0).dims, in(1).indices());
    check_count(dims);
    return expand(in(0), dims);
  }

  Array flatten() {
    const Dims& dims = in(0).dims;
    const std::int64_t axis = node_.integer("axis", 1);
    const std::size_t at = axis == static_cast<std::int64_t>(dims.size()) ? dims.size() : axis_of(axis, dims.size());
    const auto middle = dims.begin() + static_cast<std::ptrdiff_t>(at);
    const Dims flat = {static_cast<std::int64_t>(count_of({dims.begin(), middle})),
                       static_cast<std::int64_t>(count_of({middle, dims.end()}))};
    return with_dims(in(0), flat);
  }

  Array gather() {
    const Array& a = in(0);
    const Array& wanted = in(1);
    const std::size_t axis = axis_of(node_.integer("axis", 0), a.dims.size());
    const auto at = static_cast<std::ptrdiff_t>(axis);
    Dims dims(a.dims.begin(), a.dims.begin() + at);
    dims.insert(dims.end(), wanted.dims.begin(), wanted.dims.end());
    dims.insert(dims.end(), a.dims.begin() + at + 1, a.dims.end());
    check_count(dims);
    const std::size_t outer = count_of({a.dims.begin(), a.dims.begin() + at});
    const std::size_t inner = count_of({a.dims.begin() + at + 1, a.dims.end()});
    const auto whole = static_cast<std::size_t>(a.dims[axis]);
    std::vector<std::size_t> from;
    for (std::size_t o = 0; o < outer; ++o) {
      for (const std::int64_t index : wanted.indices()) {
        const std::size_t row = axis_of(index, whole);
        for (std::size_t i = 0; i < inner; ++i) from.push_back((o * whole + row) * inner + i);
      }
    }
    return taken(a, std::move(dims), from);
  }

  Array range() {
    const double start = in(0).at(0);
    const double step = in(2).at(0);
    const double count = std::ceil((in(1).at(0) - start) / step);
    if (!(step != 0) || !(count < static_cast<double>(most_))) fail("expected a short range, found one of {} values", count);
    constexpr double kMost = 9e15;  // whole numbers that a double holds
    if (std::abs(start) > kMost || std::abs(step * count) > kMost) fail("expected a range of values below 9e15, found others");
    Array result;
    result.whole = in(0).whole;
    for (double i = 0; i < count; ++i) {
      if (result.whole) result.integers.push_back(static_cast<std::int64_t>(start + i * step));
      if (!result.whole) result.floats.push_back(static_cast<float>(start + i * step));
    }
    result.dims = {static_cast<std::int64_t>(result.size())};
    return result;
  }

  /// Of all values, as exporters use it: the size of a shape.
  Array reduce_product() {
    const Array& a = in(0);
    const auto axes = axes_of(graph_, node_);
    if (a.dims.size() > 1 || (axes && axes->size() > 1)) fail("expected the product of a row, found {}", to_string(a.dims));
    const Dims dims(node_.integer("keepdims", 1) != 0 ? a.dims.size() : 0, 1);
    double product = 1;
    for (std::size_t i = 0; i < a.size(); ++i) product *= a.at(i);
    if (!a.whole) return float_array(dims, {static_cast<float>(product)});
    if (!(std::abs(product) < 9e15)) fail("expected a product below 9e15, found {}", product);
    return whole_array(dims, {static_cast<std::int64_t>(product)});
  }

  Array reshape() {
    // Opset 1 has the shape as an attribute.
    const std::vector<std::int64_t> wanted = node_.inputs.size() > 1 ? in(1).indices() : node_.integers("shape");
    return with_dims(in(0), reshaped_dims(in(0).dims, wanted, node_.integer("allowzero", 0) != 0));
  }

  Array slice() {
    const Array& a = in(0);
    SliceRange range = slice_range(graph_, node_, a.dims);
    const std::vector<std::int64_t> strides = strides_of(a.dims);
    for (std::size_t axis = 0; axis < strides.size(); ++axis) {
      if (range.dims[axis] == 0) return taken(a, range.dims, {});
      range.starts[axis] *= strides[axis];
      // A single element's step is never taken, and may be as large as it likes.
      range.steps[axis] = range.dims[axis] == 1 ? 0 : range.steps[axis] * strides[axis];
    }
    return taken(a, range.dims, places(range.dims, range.starts, range.steps));
  }

  Array squeeze() {
    const Array& a = in(0);
    const auto axes = axes_of(graph_, node_);
    std::vector<bool> gone(a.dims.size());
    for (std::size_t i = 0; i < a.dims.size(); ++i) gone[i] = !axes && a.dims[i] == 1;
    if (axes) {
      for (const std::int64_t axis : *axes) gone[axis_of(axis, a.dims.size())] = true;
    }
    Dims dims;
    for (std::size_t i = 0; i < a.dims.size(); ++i) {
      if (!gone[i]) dims.push_back(a.dims[i]);
    }
    return with_dims(a, std::move(dims));
  }

  Array transpose() {
    const Array& a = in(0);
    std::vector<std::int64_t> order = node_.integers("perm");
    if (order.empty()) {
      for (std::size_t i = a.dims.size(); i-- > 0;) order.push_back(static_cast<std::int64_t>(i));
    }
    if (order.size() != a.dims.size()) fail("expected an order of {} axes, found {}", a.dims.size(), order.size());
    const std::vector<std::int64_t> strides = strides_of(a.dims);
    Dims dims;
    std::vector<std::int64_t> steps;
    for (const std::int64_t axis : order) {
      dims.push_back(a.dims[axis_of(axis, a.dims.size())]);
      steps.push_back(strides[axis_of(axis, a.dims.size())]);
    }
    if (count_of(dims) != a.size()) fail("expected every axis once, found {}", to_string(order));
    return taken(a, dims, places(dims, {}, steps));
  }

  Array unsqueeze() {
    const Array& a = in(0);
    const auto axes = axes_of(graph_, node_);
    if (!axes || axes->size() > 16) fail("expected axes to add, found none or too many");
    const std::size_t rank = a.dims.size() + axes->size();
    Dims dims(rank, 0);
    for (const std::int64_t axis : *axes) dims[axis_of(axis, rank)] = 1;
    auto next = a.dims.begin();
    for (std::int64_t& dim : dims) {
      if (dim == 1) continue;
      if (next == a.dims.end()) fail("expected different axes, found one twice");
      dim = *next++;
    }
    return with_dims(a, std::move(dims));
  }

  Array where() {
    const Dims dims = broadcast(in(0).dims, broadcast(in(1).dims, in(2).dims));
    check_count(dims);
    const Array condition = expand(in(0), dims);
    Array result = expand(in(1), dims);
    const Array other = expand(in(2), dims);
    if (result.whole != other.whole) fail("expected values of one kind, found two");
    for (std::size_t i = 0; i < condition.size(); ++i) {
      if (condition.at(i) != 0) continue;
      if (result.whole) result.integers[i] = other.integers[i];
      if (!result.whole) result.floats[i] = other.floats[i];
    }
    return result;
  }

  Graph& graph_;
  const Node& node_;
  std::size_t most_;
};

}  // namespace

std::optional<Array> fold(Graph& graph, const Node& node, std::size_t most) { return Folding(graph, node, most).run(); }

}  // namespace zf::onnx
