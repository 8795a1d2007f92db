#include "core/exchange/onnx_graph.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "core/exchange/onnx_fold.h"
#include "core/exchange/onnx_order.h"
#include "core/exchange/onnx_shapes.h"
#include "core/io/quotable.h"
#include "core/tensor/error.h"

namespace zf::onnx {

namespace {

/// Names of a graph and of those around it.
struct Scope {
  const Scope* outer = nullptr;
  std::unordered_map<std::string, int> values;

  [[nodiscard]] int find(const std::string& name) const {
    for (const Scope* scope = this; scope != nullptr; scope = scope->outer) {
      const auto found = scope->values.find(name);
      if (found != scope->values.end()) return found->second;
    }
    return -1;
  }
};

class Builder {
 public:
  Builder(const FileMessage& file, const GraphOptions& options) : options_(options), left_(options.max_folded) { graph_.file = &file; }

  Graph build() {
    const GraphMessage& whole = graph_.file->graph;
    add_initializers(whole, names_);
    for (const ValueMessage& input : whole.inputs) {
      if (names_.values.count(input.name) == 0) add_input(input);
    }
    run(whole, names_);
    choose_output(whole);
    drop_unused(graph_);
    choose_input();
    return std::move(graph_);
  }

 private:
  int add_value(const std::string& name, Scope& scope) {
    graph_.values.push_back({name, std::nullopt, nullptr, nullptr, -1});
    const int number = static_cast<int>(graph_.values.size()) - 1;
    if (!name.empty() && !scope.values.emplace(name, number).second)
      fail("expected different names, found two values \"{}\"", quotable(name));
    return number;
  }

  void add_initializers(const GraphMessage& graph, Scope& scope) {
    for (const TensorMessage& tensor : graph.initializers) {
      Value& value = graph_.value(add_value(tensor.name, scope));
      (void)count_of(tensor.dims);
      value.dims = tensor.dims;
      value.message = &tensor;
    }
  }

  /// The batch is one image where the file leaves it open.
  void add_input(const ValueMessage& input) {
    const int number = add_value(input.name, names_);
    inputs_.push_back(number);
    if (!input.has_shape) return;
    Dims dims = input.dims;
    for (std::size_t i = 0; i < dims.size(); ++i) {
      if (dims[i] > 0) continue;
      if (i == 0) dims[i] = 1;
      if (i > 0 && options_.size > 0) dims[i] = options_.size;
    }
    const bool known = std::all_of(dims.begin(), dims.end(), [](std::int64_t dim) { return dim > 0; });
    if (known) (void)count_of(dims);
    if (known) graph_.value(number).dims = dims;
    if (!known) open_[number] = dims;
  }

  void run(const GraphMessage& graph, Scope& scope) {
    for (const std::size_t i : order_of(graph)) {
      const NodeMessage& message = graph.nodes[i];
      try {
        run(message, scope);
      } catch (const Error& error) {
        fail("node \"{}\" ({}): {}", quotable(message.name), quotable(message.op), error.what());
      }
    }
  }

  void run(const NodeMessage& message, Scope& scope) {
    Node node;
    node.name = message.name;
    node.op = message.domain.empty() || message.domain == "ai.onnx" ? message.op : message.domain + "." + message.op;
    node.message = &message;
    for (const std::string& name : message.inputs) {
      const int value = name.empty() ? -1 : scope.find(name);
      if (value < 0 && !name.empty()) fail("expected a value \"{}\", found none", quotable(name));
      node.inputs.push_back(value);
    }
    if (node.op == "If" && choose_branch(node, message, scope)) return;
    if (passes_through(node)) {
      bind(message, 0, node.inputs.front(), scope);
      return;
    }
    try {
      if (make_constant(node, message, scope)) return;
    } catch (const Error& error) {
      node.trouble = error.what();
    }
    add_node(std::move(node), message, scope);
  }

  /// What changes nothing: its output is another name of its input.
  [[nodiscard]] bool passes_through(const Node& node) const {
    if (node.inputs.empty() || node.inputs.front() < 0) return false;
    if (node.op == "Identity" || node.op == "Dropout") return true;
    const bool to_float = node.op == "Cast" && !graph_.is_constant(node.inputs.front());
    const std::int64_t to = to_float ? node.integer("to", 0) : 0;
    return to == kFloat || to == kFloat16 || to == kDouble;
  }

  void bind(const NodeMessage& message, std::size_t output, int value, Scope& scope) {
    if (output >= message.outputs.size() || message.outputs[output].empty()) return;
    if (!scope.values.emplace(message.outputs[output], value).second) {
      fail("expected different names, found two values \"{}\"", quotable(message.outputs[output]));
    }
    for (std::size_t i = output + 1; i < message.outputs.size(); ++i) (void)add_value(message.outputs[i], scope);
  }

  void bind(const NodeMessage& message, Array array, Scope& scope) {
    const std::string name = message.outputs.empty() ? "" : message.outputs.front();
    Value& value = graph_.value(add_value(name, scope));
    value.dims = array.dims;
    value.constant = std::make_shared<const Array>(std::move(array));
  }

  /// Runs the branch of an If whose condition is known.
  bool choose_branch(const Node& node, const NodeMessage& message, Scope& outer) {
    if (node.inputs.size() != 1 || !graph_.is_constant(node.inputs.front())) return false;
    const Array& condition = graph_.constant(node.inputs.front());
    const bool is_true = condition.size() > 0 && condition.at(0) != 0;
    const AttributeMessage* const branch = node.attribute(is_true ? "then_branch" : "else_branch");
    if (branch == nullptr || branch->graph.empty()) fail("expected two branches, found fewer");
    const GraphMessage& graph = branch->graph.front();
    Scope scope{&outer, {}};
    add_initializers(graph, scope);
    run(graph, scope);
    for (std::size_t i = 0; i < message.outputs.size(); ++i) {
      const int value = i < graph.outputs.size() ? scope.find(graph.outputs[i].name) : -1;
      if (value < 0) fail("expected a value for its output {}, found none", i);
      outer.values.emplace(message.outputs[i], value);
    }
    return true;
  }

  bool make_constant(const Node& node, const NodeMessage& message, Scope& scope) {
    if (node.op == "Constant") {
      bind(message, constant_value(node), scope);
      return true;
    }
    if ((node.op == "Shape" || node.op == "Size") && !node.inputs.empty() && node.inputs.front() >= 0) {
      const std::optional<Dims>& dims = graph_.value(node.inputs.front()).dims;
      if (!dims) return false;
      bind(message, node.op == "Shape" ? shape_of(node, *dims) : whole_array({}, {static_cast<std::int64_t>(count_of(*dims))}), scope);
      return true;
    }
    const bool foldable =
        std::all_of(node.inputs.begin(), node.inputs.end(), [&](int value) { return value < 0 || graph_.is_constant(value); });
    if (!foldable || node.inputs.empty()) return false;
    std::optional<Array> array = fold(graph_, node, left_);
    if (!array) fail("expected an operator that constants may go through, found another");
    left_ -= std::min(left_, array->size());
    bind(message, std::move(*array), scope);
    return true;
  }

  Array constant_value(const Node& node) {
    const AttributeMessage* const value = node.attribute("value");
    if (value != nullptr && !value->tensor.empty()) return decode(value->tensor.front(), graph_.file->folder);
    if (const auto* one = node.attribute("value_float")) return float_array({}, {one->number.value_or(0.0F)});
    if (const auto* one = node.attribute("value_int")) return whole_array({}, {one->integer.value_or(0)});
    if (const auto* some = node.attribute("value_floats"))
      return float_array({static_cast<std::int64_t>(some->numbers.size())}, some->numbers);
    if (const auto* some = node.attribute("value_ints"))
      return whole_array({static_cast<std::int64_t>(some->integers.size())}, some->integers);
    fail("expected numbers, found something else");
  }

  static Array shape_of(const Node& node, const Dims& dims) {
    const auto rank = static_cast<std::int64_t>(dims.size());
    const auto at = [&](std::int64_t value) { return std::clamp<std::int64_t>(value < 0 ? value + rank : value, 0, rank); };
    const std::int64_t start = at(node.integer("start", 0));
    const std::int64_t end = std::max(start, at(node.integer("end", rank)));
    return whole_array({end - start}, {dims.begin() + static_cast<std::ptrdiff_t>(start), dims.begin() + static_cast<std::ptrdiff_t>(end)});
  }

  void add_node(Node node, const NodeMessage& message, Scope& scope) {
    const int number = static_cast<int>(graph_.nodes.size());
    for (const std::string& name : message.outputs) {
      const int value = add_value(name, scope);
      graph_.value(value).producer = number;
      node.outputs.push_back(value);
    }
    std::optional<std::vector<Dims>> dims;
    try {
      if (node.trouble.empty()) dims = infer_dims(graph_, node);
    } catch (const Error& error) {
      node.trouble = error.what();
    }
    if (dims) {
      for (std::size_t i = 0; i < std::min(dims->size(), node.outputs.size()); ++i) graph_.value(node.outputs[i]).dims = (*dims)[i];
    }
    graph_.nodes.push_back(std::move(node));
  }

  void choose_output(const GraphMessage& whole) {
    std::vector<std::string> names;
    for (const ValueMessage& output : whole.outputs) names.push_back(quotable(output.name));
    if (names.empty()) fail("expected an output, found none");
    const std::string& wanted = options_.output.empty() ? whole.outputs.front().name : options_.output;
    graph_.output = names_.find(wanted);
    if (graph_.output < 0) fail("expected an output among {}, found \"{}\"", fmt::join(names, ", "), quotable(wanted));
    if (graph_.value(graph_.output).is_constant())
      fail("output \"{}\": expected one that depends on the images, found a constant", quotable(wanted));
    if (options_.output.empty() && names.size() > 1)
      graph_.notes.push_back(fmt::format("output: {}, the first of {}", names.front(), fmt::join(names, ", ")));
  }

  /// The only input that the output depends on.
  void choose_input() {
    std::set<int> used;
    for (const Node& node : graph_.nodes) used.insert(node.inputs.begin(), node.inputs.end());
    used.insert(graph_.output);
    std::vector<std::string> names;
    for (const int input : inputs_) {
      if (used.count(input) == 0) continue;
      names.push_back(quotable(graph_.value(input).name));
      graph_.input = input;
    }
    if (names.size() != 1) fail("expected one input of images, found {}: {}", names.size(), fmt::join(names, ", "));
    if (graph_.value(graph_.input).dims) return;
    const auto open = open_.find(graph_.input);
    const std::string found = open == open_.end() ? "one without a shape" : to_string(open->second);
    fail("input \"{}\": expected the images' size, found {} (-1: left open): say it with --size", names.front(), found);
  }

  Graph graph_;
  GraphOptions options_;
  std::size_t left_;  ///< numbers that folding may still make
  Scope names_;
  std::vector<int> inputs_;
  std::map<int, Dims> open_;  ///< of inputs with open dimensions
};

}  // namespace

const Array& Graph::constant(int number) {
  if (!is_constant(number)) fail("expected a constant, found a value that depends on the images");
  Value& found = value(number);
  if (found.constant == nullptr) {
    try {
      found.constant = std::make_shared<const Array>(decode(*found.message, file->folder));
      if (file->release) file->release(found.message->raw);
    } catch (const Error& error) {
      fail("tensor \"{}\": {}", quotable(found.name), error.what());
    }
  }
  return *found.constant;
}

void Graph::forget(int number) {
  if (is_constant(number) && value(number).message != nullptr) value(number).constant.reset();
}

const Dims& Graph::dims(int number) const {
  if (number < 0) fail("expected an input, found none");
  const Value& found = value(number);
  if (!found.dims) fail("expected the size of \"{}\", found that it depends on the images", quotable(found.name));
  return *found.dims;
}

const Node* Graph::producer(int number) const {
  if (number < 0 || value(number).producer < 0) return nullptr;
  return &nodes.at(static_cast<std::size_t>(value(number).producer));
}

void drop_unused(Graph& graph) {
  std::vector<bool> needed(graph.nodes.size());
  std::vector<int> open{graph.output};
  while (!open.empty()) {
    const int producer = open.back() < 0 ? -1 : graph.value(open.back()).producer;
    open.pop_back();
    if (producer < 0 || needed[static_cast<std::size_t>(producer)]) continue;
    needed[static_cast<std::size_t>(producer)] = true;
    const std::vector<int>& inputs = graph.nodes[static_cast<std::size_t>(producer)].inputs;
    open.insert(open.end(), inputs.begin(), inputs.end());
  }
  std::vector<Node> kept;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    for (const int output : graph.nodes[i].outputs) {
      if (output >= 0) graph.value(output).producer = needed[i] ? static_cast<int>(kept.size()) : -1;
    }
    if (needed[i]) kept.push_back(std::move(graph.nodes[i]));
  }
  graph.nodes = std::move(kept);
}

Graph build_graph(const FileMessage& file, const GraphOptions& options) {
  constexpr std::int64_t kOldest = 6;
  constexpr std::int64_t kNewest = 20;
  if (file.opset < kOldest || file.opset > kNewest) {
    fail("{}: expected opset {} to {}, found {}: torch.onnx.export takes opset_version=17", file.name, kOldest, kNewest, file.opset);
  }
  try {
    return Builder(file, options).build();
  } catch (const Error& error) {
    fail("{}: {}", file.name, error.what());
  }
}

}  // namespace zf::onnx
