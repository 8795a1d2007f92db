#include "core/io/layer_json.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <string_view>

#include "core/io/json_fields.h"
#include "core/tensor/error.h"

namespace zf {

using nlohmann::json;

namespace {

constexpr int kMaxMaps = 1 << 17;

/// What a file calls the images as a layer's input.
constexpr std::string_view kImagesName = "images";

struct LayerWriter {
  json& out;

  void operator()(const ConvLayer& op) const {
    out["maps"] = op.maps;
    out["kernel"] = op.kernel;
    out["stride"] = op.stride;
    out["pad"] = op.pad;
    out["groups"] = op.groups;
    if (op.dilation != 1) out["dilation"] = op.dilation;
    if (!op.bias) out["bias"] = false;
  }
  void operator()(const LinearLayer& op) const {
    out["units"] = op.units;
    if (!op.bias) out["bias"] = false;
  }
  void operator()(const ActivationLayer& op) const {
    if (op.spec.kind == Activation::Kind::kClip) {
      if (std::isfinite(op.spec.low)) out["min"] = exact_json(op.spec.low);
      if (std::isfinite(op.spec.high)) out["max"] = exact_json(op.spec.high);
    }
    if (op.spec.kind == Activation::Kind::kLeakyRelu && !op.slope_a_map) out["slope"] = exact_json(op.spec.slope);
  }
  void operator()(const MaxPoolLayer& op) const { write_pool(op.spec.kernel, op.spec.stride, op.spec.pad, op.spec.ceil); }
  void operator()(const AveragePoolLayer& op) const {
    write_pool(op.kernel, op.stride, op.pad, op.ceil);
    if (!op.count_pad) out["count_pad"] = false;
  }
  void operator()(const LrnLayer& op) const {
    out["size"] = op.spec.size;
    out["alpha"] = exact_json(op.spec.alpha);
    out["beta"] = exact_json(op.spec.beta);
    out["k"] = exact_json(op.spec.k);
    if (op.spec.within) out["within"] = true;
  }
  void operator()(const DropoutLayer& op) const { out["p"] = exact_json(op.p); }
  void operator()(const PermuteMapsLayer& op) const { out["groups"] = op.groups; }
  void operator()(const PadLayer& op) const {
    out["top"] = op.top;
    out["left"] = op.left;
    out["bottom"] = op.bottom;
    out["right"] = op.right;
  }
  void operator()(const OneOf<AffineLayer, ReluLayer, GlobalAveragePoolLayer, SoftmaxLayer, AddLayer, ConcatLayer, ScaleMapsLayer,
                              FlattenLayer> auto&) const {}

 private:
  void write_pool(int kernel, int stride, int pad, bool ceil) const {
    out["kernel"] = kernel;
    out["stride"] = stride;
    out["pad"] = pad;
    if (ceil) out["ceil"] = true;
  }
};

LayerOp read_conv(JsonFields& fields) {
  const ConvLayer defaults;
  return ConvLayer{.maps = fields.integer("maps", 1, kMaxMaps),
                   .kernel = fields.integer("kernel", 1, kMaxSide),
                   .stride = fields.integer_or("stride", 1, kMaxSide, defaults.stride),
                   .pad = fields.integer_or("pad", 0, kMaxSide, defaults.pad),
                   .groups = fields.integer_or("groups", 1, kMaxMaps, defaults.groups),
                   .dilation = fields.integer_or("dilation", 1, kMaxSide, defaults.dilation),
                   .bias = fields.boolean_or("bias", defaults.bias)};
}

LayerOp read_linear(JsonFields& fields) { return LinearLayer{fields.integer("units", 1, kMaxMaps), fields.boolean_or("bias", true)}; }

LayerOp read_max_pool(JsonFields& fields) {
  return MaxPoolLayer{{fields.integer("kernel", 1, kMaxSide), fields.integer("stride", 1, kMaxSide),
                       fields.integer_or("pad", 0, kMaxSide, 0), fields.boolean_or("ceil", false)}};
}

LayerOp read_average_pool(JsonFields& fields) {
  return AveragePoolLayer{fields.integer("kernel", 1, kMaxSide), fields.integer("stride", 1, kMaxSide),
                          fields.integer_or("pad", 0, kMaxSide, 0), fields.boolean_or("ceil", false), fields.boolean_or("count_pad", true)};
}

LayerOp read_lrn(JsonFields& fields) {
  const LrnSpec defaults;
  return LrnLayer{{fields.integer_or("size", 1, kMaxMaps, defaults.size), fields.number_or("alpha", defaults.alpha),
                   fields.number_or("beta", defaults.beta), fields.number_or("k", defaults.k), fields.boolean_or("within", false)}};
}

LayerOp read_clip(JsonFields& fields) {
  constexpr float kNone = std::numeric_limits<float>::infinity();
  return ActivationLayer{{.kind = Activation::Kind::kClip, .low = fields.number_or("min", -kNone), .high = fields.number_or("max", kNone)}};
}

LayerOp read_leaky_relu(JsonFields& fields) {
  return ActivationLayer{{.kind = Activation::Kind::kLeakyRelu, .slope = fields.number("slope")}};
}

LayerOp read_pad(JsonFields& fields) {
  return PadLayer{fields.integer_or("top", 0, kMaxSide, 0), fields.integer_or("left", 0, kMaxSide, 0),
                  fields.integer_or("bottom", 0, kMaxSide, 0), fields.integer_or("right", 0, kMaxSide, 0)};
}

/// A layer without fields.
template <typename Op>
LayerOp read_plain(JsonFields&) {
  return Op{};
}

template <Activation::Kind kKind>
LayerOp read_activation(JsonFields&) {
  return ActivationLayer{{.kind = kKind}};
}

struct LayerType {
  const char* name;
  LayerOp (*read)(JsonFields&);
};

constexpr std::array kLayerTypes = std::to_array<LayerType>({
    {"conv", read_conv},
    {"linear", read_linear},
    {"affine", read_plain<AffineLayer>},
    {"relu", read_plain<ReluLayer>},
    {"leaky_relu", read_leaky_relu},
    {"prelu",
     [](JsonFields&) -> LayerOp {
       return ActivationLayer{{.kind = Activation::Kind::kLeakyRelu}, true};
     }},
    {"clip", read_clip},
    {"sigmoid", read_activation<Activation::Kind::kSigmoid>},
    {"hard_sigmoid", read_activation<Activation::Kind::kHardSigmoid>},
    {"tanh", read_activation<Activation::Kind::kTanh>},
    {"silu", read_activation<Activation::Kind::kSilu>},
    {"hard_swish", read_activation<Activation::Kind::kHardSwish>},
    {"gelu", read_activation<Activation::Kind::kGelu>},
    {"max_pool", read_max_pool},
    {"avg_pool", read_average_pool},
    {"global_avg_pool", read_plain<GlobalAveragePoolLayer>},
    {"lrn", read_lrn},
    {"dropout", [](JsonFields& fields) -> LayerOp { return DropoutLayer{fields.number("p")}; }},
    {"softmax", read_plain<SoftmaxLayer>},
    {"add", read_plain<AddLayer>},
    {"concat", read_plain<ConcatLayer>},
    {"scale_maps", read_plain<ScaleMapsLayer>},
    {"permute_maps", [](JsonFields& fields) -> LayerOp { return PermuteMapsLayer{fields.integer("groups", 1, kMaxMaps)}; }},
    {"pad", read_pad},
    {"flatten", read_plain<FlattenLayer>},
});

/// Layer names become names of files.
void check_layer_name(const std::string& name, const std::string& where) {
  constexpr std::size_t kLongest = 64;
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
  };
  if (name.empty() || name.size() > kLongest || name.front() == '.' || !std::all_of(name.begin(), name.end(), is_plain)) {
    fail("{}: expected a name of 1 to {} letters, digits, '_', '-' and '.', found \"{}\"", where, kLongest, quotable(name));
  }
}

/// A list of names as numbers of layers below, or the images; empty where it names the layer before.
std::vector<int> read_inputs(JsonFields& fields, const std::vector<Layer>& below, const std::string& where) {
  constexpr std::size_t kMostInputs = 1000;
  if (!fields.has("inputs")) return {};
  std::vector<int> inputs;
  for (const json& value : fields.array("inputs", 1, kMostInputs)) {
    const std::string name = value.is_string() ? value.get<std::string>() : value.dump();
    const auto found = std::find_if(below.begin(), below.end(), [&](const Layer& layer) { return layer.name == name; });
    if (found == below.end() && name != kImagesName) {
      fail("{}: inputs: expected names of layers before it, or \"{}\", found \"{}\"", where, kImagesName, quotable(name));
    }
    inputs.push_back(found == below.end() ? kPicture : static_cast<int>(found - below.begin()));
  }
  const bool is_before = inputs == std::vector<int>{static_cast<int>(below.size()) - 1};
  return is_before ? std::vector<int>{} : inputs;
}

}  // namespace

Layer layer_from_json(const json& value, const std::vector<Layer>& below, const std::string& where) {
  JsonFields fields(value, where);
  Layer layer;
  layer.name = fields.text("name");
  check_layer_name(layer.name, where);
  const std::string type = fields.text("type");
  const auto found = std::find_if(kLayerTypes.begin(), kLayerTypes.end(), [&](const LayerType& t) { return type == t.name; });
  if (found == kLayerTypes.end()) {
    std::vector<std::string_view> names;
    for (const LayerType& known : kLayerTypes) names.emplace_back(known.name);
    fail("{} ({}): expected a type among {}, found \"{}\"", where, layer.name, fmt::join(names, ", "), quotable(type));
  }
  layer.op = found->read(fields);
  layer.inputs = read_inputs(fields, below, where);
  fields.finish();
  return layer;
}

json layer_to_json(const Layer& layer, const std::vector<Layer>& layers) {
  json out = {{"name", layer.name}, {"type", type_name(layer.op)}};
  std::visit(LayerWriter{out}, layer.op);
  for (const int input : layer.inputs) {
    out["inputs"].push_back(input == kPicture ? std::string(kImagesName) : layers.at(static_cast<std::size_t>(input)).name);
  }
  return out;
}

}  // namespace zf
