#include "core/exchange/onnx_patterns.h"

#include <algorithm>
#include <cmath>

#include "core/tensor/error.h"

namespace zf::onnx {

namespace {

constexpr double kTolerance = 1e-5;  // of numbers that were written as float32
constexpr double kRoot2 = 1.4142135623730951;
constexpr int kMostFactors = 8;
constexpr int kNothing = -2;  // no value

bool is_near(double found, double expected) { return std::abs(found - expected) <= kTolerance * std::max(1.0, std::abs(expected)); }

/// A product: a number times values.
struct Product {
  double number = 1;
  std::vector<int> values;
};

class Matcher {
 public:
  explicit Matcher(Graph& graph) : graph_(graph) {}

  /// What a node computes together with those below it: a layer and the value that it reads.
  struct Match {
    LayerOp layer;
    int input = -1;
  };

  std::optional<Match> match(const Node& node) {
    if (node.op != "Mul" && node.op != "Div") return std::nullopt;
    if (const auto norm = local_response_norm(node)) return norm;
    Product product;
    if (!take_factors(node, product, kNothing, 0)) return std::nullopt;
    if (product.values.size() == 1) return hard_sigmoid(product.number, product.values.front());
    for (const int gate : product.values) {
      if (const auto found = gated(node, gate)) return found;
    }
    return std::nullopt;
  }

 private:
  static Match activation(Activation::Kind kind, int input) { return {ActivationLayer{{.kind = kind}}, input}; }

  /// The number that a constant holds everywhere.
  std::optional<double> number(int value) {
    if (!graph_.is_constant(value) || graph_.value(value).dims->size() > 4) return std::nullopt;
    const Array& array = graph_.constant(value);
    if (array.size() != 1) return std::nullopt;
    return array.at(0);
  }

  const Node* made_by(int value, std::string_view op) {
    const Node* const node = graph_.producer(value);
    return node != nullptr && node->op == op && !node->inputs.empty() ? node : nullptr;
  }

  /// Of `x op number`, either way round where both mean the same: x.
  std::optional<int> operand(const Node& node, double expected) {
    if (node.inputs.size() != 2) return std::nullopt;
    for (const std::size_t i : {0, 1}) {
      const auto found = number(node.inputs[1 - i]);
      if (found && is_near(*found, expected) && !graph_.is_constant(node.inputs[i])) return node.inputs[i];
      if (node.op == "Div" || node.op == "Sub" || node.op == "Pow") break;
    }
    return std::nullopt;
  }

  /// Splits products of products into their factors, but for `whole`.
  bool take_factors(const Node& node, Product& product, int whole, int depth) {
    if (node.inputs.size() != 2 || depth > kMostFactors) return false;
    const bool divides = node.op == "Div";
    for (const std::size_t i : {0, 1}) {
      const int value = node.inputs[i];
      if (const auto factor = number(value)) {
        product.number *= divides && i == 1 ? 1 / *factor : *factor;
        if (divides && i == 0) return false;
        continue;
      }
      if (graph_.is_constant(value) || (divides && i == 1)) return false;
      const Node* const below = graph_.producer(value);
      const bool is_product = value != whole && below != nullptr && (below->op == "Mul" || below->op == "Div");
      Product inner;
      if (is_product && take_factors(*below, inner, whole, depth + 1)) {
        product.number *= inner.number;
        product.values.insert(product.values.end(), inner.values.begin(), inner.values.end());
      } else {
        product.values.push_back(value);
      }
      if (product.values.size() > kMostFactors) return false;
    }
    return true;
  }

  /// x of clip(x + 3, 0, 6).
  std::optional<int> clipped_at_6(int value) {
    const Node* const clip = made_by(value, "Clip");
    if (clip == nullptr) return std::nullopt;
    const double low = bound(*clip, 1, "min", -INFINITY);
    const double high = bound(*clip, 2, "max", INFINITY);
    const Node* const add = made_by(clip->inputs.front(), "Add");
    if (add == nullptr || !is_near(low, 0) || !is_near(high, 6)) return std::nullopt;
    return operand(*add, 3);
  }

  double bound(const Node& node, std::size_t input, const char* key, double none) {
    if (node.inputs.size() > input && node.inputs[input] >= 0) return number(node.inputs[input]).value_or(NAN);
    const AttributeMessage* const found = node.attribute(key);
    return found == nullptr ? none : double{found->number.value_or(0)};
  }

  std::optional<Match> hard_sigmoid(double factor, int value) {
    const auto x = clipped_at_6(value);
    if (!x || !is_near(factor, 1.0 / 6)) return std::nullopt;
    return activation(Activation::Kind::kHardSigmoid, *x);
  }

  /// A function of x that lets a part of x through.
  struct Gate {
    int x = -1;
    double factor = 1;  ///< with which it is what the activation wants
    Activation::Kind kind = Activation::Kind::kSilu;
  };

  std::optional<Gate> gate_of(int value) {
    const Node* const node = graph_.producer(value);
    if (node == nullptr || node->inputs.empty()) return std::nullopt;
    if (node->op == "Sigmoid") return Gate{node->inputs.front(), 1, Activation::Kind::kSilu};
    if (node->op == "HardSigmoid" && is_near(node->number("alpha", 0.2F), 1.0 / 6) && is_near(node->number("beta", 0.5F), 0.5)) {
      return Gate{node->inputs.front(), 1, Activation::Kind::kHardSwish};
    }
    const auto* const joined = node->layer ? std::get_if<ActivationLayer>(&*node->layer) : nullptr;
    if (joined != nullptr && joined->spec.kind == Activation::Kind::kHardSigmoid)
      return Gate{node->inputs.front(), 1, Activation::Kind::kHardSwish};
    if (const auto x = clipped_at_6(value)) return Gate{*x, 1.0 / 6, Activation::Kind::kHardSwish};
    if (const auto x = one_and_erf(*node)) return Gate{*x, 0.5, Activation::Kind::kGelu};
    return std::nullopt;
  }

  /// factor * x * gate(x), x being whatever the gate is of.
  std::optional<Match> gated(const Node& node, int value) {
    const auto gate = gate_of(value);
    Product product;
    if (!gate || !take_factors(node, product, gate->x, 0) || product.values.size() != 2 || !is_near(product.number, gate->factor))
      return std::nullopt;
    const bool fits =
        (product.values[0] == gate->x && product.values[1] == value) || (product.values[1] == gate->x && product.values[0] == value);
    if (!fits) return std::nullopt;
    return activation(gate->kind, gate->x);
  }

  /// x of 1 + erf(x / sqrt(2))
  std::optional<int> one_and_erf(const Node& add) {
    const auto sum = add.op == "Add" ? operand(add, 1) : std::nullopt;
    const Node* const erf = sum ? made_by(*sum, "Erf") : nullptr;
    const Node* const scaled = erf == nullptr ? nullptr : graph_.producer(erf->inputs.front());
    if (scaled == nullptr) return std::nullopt;
    if (scaled->op == "Div") return operand(*scaled, kRoot2);
    return scaled->op == "Mul" ? operand(*scaled, 1 / kRoot2) : std::nullopt;
  }

  /// The square of a value: x.
  std::optional<int> squared(int value) {
    const Node* const node = graph_.producer(value);
    if (node == nullptr || node->inputs.size() != 2) return std::nullopt;
    if (node->op == "Mul" && node->inputs[0] == node->inputs[1]) return node->inputs[0];
    return node->op == "Pow" ? operand(*node, 2) : std::nullopt;
  }

  /// x / (k + alpha * mean)^beta, the mean being of x^2 over neighbouring maps (a pool of three axes over a picture whose depth is the
  /// maps, padded at both ends) or over the places around.
  std::optional<Match> local_response_norm(const Node& div) {
    const Node* const pow = div.op == "Div" && div.inputs.size() == 2 ? made_by(div.inputs[1], "Pow") : nullptr;
    const auto beta = pow != nullptr && pow->inputs.size() == 2 ? number(pow->inputs[1]) : std::nullopt;
    const Node* const add = beta ? made_by(pow->inputs.front(), "Add") : nullptr;
    if (add == nullptr || add->inputs.size() != 2) return std::nullopt;
    const std::size_t constant = number(add->inputs[0]) ? 0 : 1;
    const auto k = number(add->inputs[constant]);
    const Node* const mul = k ? made_by(add->inputs[1 - constant], "Mul") : nullptr;
    if (mul == nullptr || mul->inputs.size() != 2) return std::nullopt;
    const std::size_t factor = number(mul->inputs[0]) ? 0 : 1;
    const auto alpha = number(mul->inputs[factor]);
    if (!alpha) return std::nullopt;
    const int mean = mul->inputs[1 - factor];
    const int across = mean_of_squares(mean, div.inputs[0]);
    const int size = across != 0 ? across : mean_of_squares_around(mean, div.inputs[0]);
    if (size == 0) return std::nullopt;
    return Match{LrnLayer{{size, static_cast<float>(*alpha), static_cast<float>(*beta), static_cast<float>(*k), across == 0}},
                 div.inputs[0]};
  }

  /// Over how many rows and columns around each place, zeros behind the edges among them, `value` is the mean of the squares of x; 0 where
  /// it is something else.
  int mean_of_squares_around(int value, int x) {
    const Node* const pool = made_by(value, "AveragePool");
    if (pool == nullptr || pool->text("auto_pad", "NOTSET") != "NOTSET" || pool->integer("ceil_mode", 0) != 0) return 0;
    const auto kernel = pool->integers("kernel_shape");
    const auto is = [](const std::vector<std::int64_t>& values, std::int64_t expected) {
      return std::all_of(values.begin(), values.end(), [=](std::int64_t found) { return found == expected; });
    };
    if (kernel.size() != 2 || !is(kernel, kernel[0]) || kernel[0] % 2 != 1 || !is(pool->integers("strides"), 1)) return 0;
    const std::int64_t radius = kernel[0] / 2;
    const auto pads = pool->integers("pads");
    const bool counts = pads.size() == 4 && is(pads, radius) && pool->integer("count_include_pad", 0) == 1;
    if (counts) return squared(pool->inputs.front()) == x ? static_cast<int>(kernel[0]) : 0;
    const Node* const pad = is(pads, 0) ? made_by(pool->inputs.front(), "Pad") : nullptr;
    if (pad == nullptr || pad->text("mode", "constant") != "constant" || !is_near(bound(*pad, 2, "value", 0), 0)) return 0;
    if (pads_of(*pad) != std::vector<std::int64_t>{0, 0, radius, radius, 0, 0, radius, radius}) return 0;
    return squared(pad->inputs.front()) == x ? static_cast<int>(kernel[0]) : 0;
  }

  std::vector<std::int64_t> pads_of(const Node& pad) {
    return pad.inputs.size() > 1 && pad.inputs[1] >= 0 ? graph_.constant(pad.inputs[1]).indices() : pad.integers("pads");
  }

  /// How many maps `value` is the mean over of the squares of x; 0 where it is something else.
  int mean_of_squares(int value, int x) {
    std::int64_t size = 0;
    std::int64_t before = 0;
    std::int64_t behind = 0;
    for (int steps = 0; steps < 16; ++steps) {
      if (squared(value) == x) return is_centred(size, before, behind) ? static_cast<int>(size) : 0;
      const Node* const node = graph_.producer(value);
      if (node == nullptr || node->inputs.empty()) return 0;
      const bool views = node->op == "Reshape" || node->op == "Squeeze" || node->op == "Unsqueeze";
      if (node->op == "AveragePool") {
        if (size != 0 || !pools_maps(*node, x)) return 0;
        size = node->integers("kernel_shape").front();
      } else if (node->op == "Pad") {
        if (!pads_maps(*node, x, before, behind)) return 0;
      } else if (!views) {
        return 0;
      }
      value = node->inputs.front();
    }
    return 0;
  }

  static bool is_centred(std::int64_t size, std::int64_t before, std::int64_t behind) {
    return size >= 1 && size < (1 << 20) && before == size / 2 && behind == (size - 1) / 2;
  }

  /// Whether a value is (N, 1, maps, ., .) of x, maybe with more maps as padding, and has all of its pixels.
  bool is_deep(int value, int x, std::int64_t more) {
    const std::optional<Dims>& dims = graph_.value(value).dims;
    const std::optional<Dims>& of_x = graph_.value(x).dims;
    if (!dims || !of_x || of_x->size() != 4 || (dims->size() != 5 && dims->size() != 4)) return false;
    const std::size_t depth = dims->size() - 3;  // without items in front, where there are two axes of pixels
    const std::int64_t pixels = (*dims)[depth + 1] * (*dims)[depth + 2];
    return (*dims)[depth] == (*of_x)[1] + more && pixels == (*of_x)[2] * (*of_x)[3];
  }

  bool pools_maps(const Node& node, int x) {
    const auto kernel = node.integers("kernel_shape");
    const auto strides = node.integers("strides");
    const auto pads = node.integers("pads");
    const auto is_one = [](std::int64_t value) { return value == 1; };
    return !kernel.empty() && std::all_of(kernel.begin() + 1, kernel.end(), is_one) &&
           std::all_of(strides.begin(), strides.end(), is_one) &&
           std::all_of(pads.begin(), pads.end(), [](std::int64_t value) { return value == 0; }) &&
           node.text("auto_pad", "NOTSET") == "NOTSET" && is_deep(node.inputs.front(), x, kernel.front() - 1);
  }

  bool pads_maps(const Node& node, int x, std::int64_t& before, std::int64_t& behind) {
    const int value = node.inputs.front();
    const std::optional<Dims>& dims = graph_.value(value).dims;
    if (!dims || dims->size() < 4 || node.text("mode", "constant") != "constant") return false;
    if (!is_near(bound(node, 2, "value", 0), 0)) return false;
    const std::vector<std::int64_t> pads = pads_of(node);
    if (pads.size() != 2 * dims->size()) return false;
    const std::size_t depth = dims->size() - 3;
    std::int64_t elsewhere = 0;
    for (std::size_t i = 0; i < pads.size(); ++i) elsewhere += i % dims->size() == depth ? 0 : std::abs(pads[i]);
    before += pads[depth];
    behind += pads[depth + dims->size()];
    const bool is_none = pads[depth] == 0 && pads[depth + dims->size()] == 0;
    return elsewhere == 0 && (is_none || is_deep(value, x, 0));
  }

  Graph& graph_;
};

}  // namespace

void join_patterns(Graph& graph) {
  Matcher matcher(graph);
  for (Node& node : graph.nodes) {
    const auto found = matcher.match(node);
    if (!found) continue;
    node.op = "Pattern";
    node.layer = found->layer;
    node.inputs = {found->input};
    node.trouble.clear();
    // Made of the same number of elements, whatever has been known of it.
    graph.value(node.outputs.front()).dims = graph.value(found->input).dims;
  }
  drop_unused(graph);
}

}  // namespace zf::onnx
