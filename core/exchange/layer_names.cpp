#include "core/exchange/layer_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace zf {

namespace {

constexpr std::size_t kLongest = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_plain(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '-' || c == '.'; }

/// Says nothing: "", "497", "onnx::Conv_497".
bool is_number(std::string_view name) { return std::all_of(name.begin(), name.end(), is_digit); }

/// "Conv", "Conv_12" of the operator Conv.
bool is_operator(std::string_view part, std::string_view op) {
  if (op.empty() || !part.starts_with(op)) return false;
  const std::string_view rest = part.substr(op.size());
  return rest.empty() || (rest.front() == '_' && is_number(rest.substr(1)));
}

/// What TensorFlow calls its own operators at the end of a path.
bool is_foreign_operator(std::string_view part) {
  constexpr std::array kOperators =
      std::to_array<std::string_view>({"Conv2D", "BiasAdd", "MatMul", "FusedBatchNorm", "FusedBatchNormV3", "depthwise", "Relu", "Relu6",
                                       "MaxPool", "AvgPool", "Mean", "Softmax", "separable_conv2d", "concat", "add", "mul", "AddV2"});
  return std::find(kOperators.begin(), kOperators.end(), part) != kOperators.end();
}

std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    if (slash != 0) parts.emplace_back(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
  }
  if (!parts.empty() && (parts.front() == "StatefulPartitionedCall" || parts.front() == "gpu_0" || parts.front() == "import")) {
    parts.erase(parts.begin());
  }
  return parts;
}

/// Joined by points; what only begins the next part is left out, as PyTorch writes "/layer1/layer1.0".
std::string joined(const std::vector<std::string>& parts) {
  std::string name;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i + 1 < parts.size() && parts[i + 1].starts_with(parts[i] + ".")) continue;
    name += (name.empty() ? "" : ".") + parts[i];
  }
  return name;
}

/// The layer that a tensor of weights belongs to; empty where its name does not say.
std::string of_weights(std::string_view tensor) {
  constexpr std::array kEndings = std::to_array<std::string_view>({".weight", "_weight", "_w_0", ".w_0", "_w", "/kernel:0", "/kernel"});
  for (const std::string_view ending : kEndings) {
    if (tensor.size() > ending.size() && tensor.ends_with(ending)) return joined(parts_of(tensor.substr(0, tensor.size() - ending.size())));
  }
  return "";
}

std::string of_node(std::string_view node, std::string_view op) {
  std::vector<std::string> parts = parts_of(node);
  while (!parts.empty() && (is_operator(parts.back(), op) || is_foreign_operator(parts.back()))) parts.pop_back();
  return joined(parts);
}

std::string plain(std::string name) {
  for (char& c : name) {
    if (c == ':') c = '.';
    if (!is_plain(c)) c = '_';
  }
  // The end says more than the beginning.
  constexpr std::size_t kRoom = 8;  // for a number and a type
  if (name.size() > kLongest - kRoom) name = name.substr(name.size() - (kLongest - kRoom));
  name.erase(0, std::min(name.find_first_not_of("._-"), name.size()));
  return name;
}

/// What a layer is called in the zoo.
std::string short_type(const LayerOp& op) {
  const std::string_view type = type_name(op);
  constexpr std::array kShort = std::to_array<std::pair<std::string_view, std::string_view>>({{"linear", "fc"},
                                                                                              {"max_pool", "pool"},
                                                                                              {"avg_pool", "pool"},
                                                                                              {"global_avg_pool", "pool"},
                                                                                              {"lrn", "norm"},
                                                                                              {"affine", "norm"},
                                                                                              {"scale_maps", "scale"},
                                                                                              {"permute_maps", "shuffle"},
                                                                                              {"softmax", "prob"}});
  const auto found = std::find_if(kShort.begin(), kShort.end(), [&](const auto& entry) { return entry.first == type; });
  return std::string(found == kShort.end() ? type : found->second);
}

/// Layers that stand for a function in a module's code, not for a module with a name of its own.
bool is_function(const LayerOp& op) {
  return std::visit(
      Match{[](const OneOf<AddLayer, ConcatLayer, ScaleMapsLayer, PermuteMapsLayer, PadLayer, FlattenLayer> auto&) { return true; },
            [](const OneOf<ConvLayer, LinearLayer, AffineLayer, ReluLayer, ActivationLayer, MaxPoolLayer, AveragePoolLayer,
                           GlobalAveragePoolLayer, LrnLayer, DropoutLayer, SoftmaxLayer> auto&) { return false; }},
      op);
}

}  // namespace

std::string LayerNames::name(const LayerOp& op, std::string_view weights, std::string_view node, std::string_view node_op) {
  if (exact_) return unique(std::all_of(node.begin(), node.end(), is_plain) ? std::string(node) : plain(std::string(node)));
  const std::string type = short_type(op);
  if (std::holds_alternative<SoftmaxLayer>(op)) return unique(type);
  std::string found = plain(of_weights(weights));
  if (is_number(found)) found = plain(of_node(node, node_op));
  if (is_number(found)) return unique(fmt::format("{}{}", type, ++counts_[type]));
  const bool is_taken = used_.count(found) > 0;
  if (is_function(op) || (is_taken && !has_weights(op))) found += "." + type;
  return unique(found);
}

std::string LayerNames::keep(const LayerOp& op, std::string_view layer) {
  const std::string name = plain(joined(parts_of(layer)));
  return std::holds_alternative<SoftmaxLayer>(op) || is_number(name) ? this->name(op, "", "", "") : unique(name);
}

std::string LayerNames::unique(const std::string& wanted) {
  // These mean something else where layers are named.
  std::string name = !exact_ && (wanted == "logits" || wanted == "images") ? wanted + "_" : wanted;
  for (int number = 2; !used_.insert(name).second; ++number) name = fmt::format("{}_{}", wanted, number);
  return name;
}

}  // namespace zf
