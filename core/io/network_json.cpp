#include "core/io/network_json.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/io/json_fields.h"
#include "core/tensor/error.h"

namespace zf {

using nlohmann::json;

namespace {

constexpr int kMaxMaps = 1 << 17;
constexpr int kMaxSide = 1 << 14;
constexpr std::size_t kMaxLayers = 1000;
constexpr std::size_t kMaxClasses = std::size_t{1} << 17;

struct LayerWriter {
  json& out;

  void operator()(const ConvLayer& op) const {
    out["maps"] = op.maps;
    out["kernel"] = op.kernel;
    out["stride"] = op.stride;
    out["pad"] = op.pad;
    out["groups"] = op.groups;
  }
  void operator()(const LinearLayer& op) const { out["units"] = op.units; }
  void operator()(const MaxPoolLayer& op) const {
    out["kernel"] = op.spec.kernel;
    out["stride"] = op.spec.stride;
    out["pad"] = op.spec.pad;
    if (op.spec.ceil) out["ceil"] = true;
  }
  void operator()(const LrnLayer& op) const {
    out["size"] = op.spec.size;
    out["alpha"] = exact_json(op.spec.alpha);
    out["beta"] = exact_json(op.spec.beta);
    out["k"] = exact_json(op.spec.k);
  }
  void operator()(const DropoutLayer& op) const { out["p"] = exact_json(op.p); }
  void operator()(const ReluLayer&) const {}
  void operator()(const SoftmaxLayer&) const {}
};

LayerOp read_conv(JsonFields& fields) {
  const ConvLayer defaults;
  return ConvLayer{fields.integer("maps", 1, kMaxMaps), fields.integer("kernel", 1, kMaxSide),
                   fields.integer_or("stride", 1, kMaxSide, defaults.stride), fields.integer_or("pad", 0, kMaxSide, defaults.pad),
                   fields.integer_or("groups", 1, kMaxMaps, defaults.groups)};
}

LayerOp read_max_pool(JsonFields& fields) {
  return MaxPoolLayer{{fields.integer("kernel", 1, kMaxSide), fields.integer("stride", 1, kMaxSide),
                       fields.integer_or("pad", 0, kMaxSide, 0), fields.boolean_or("ceil", false)}};
}

LayerOp read_lrn(JsonFields& fields) {
  const LrnSpec defaults;
  return LrnLayer{{fields.integer_or("size", 1, kMaxMaps, defaults.size), fields.number_or("alpha", defaults.alpha),
                   fields.number_or("beta", defaults.beta), fields.number_or("k", defaults.k)}};
}

struct LayerType {
  const char* name;
  LayerOp (*read)(JsonFields&);
};

constexpr std::array<LayerType, 7> kLayerTypes = {{
    {"conv", read_conv},
    {"linear", [](JsonFields& fields) -> LayerOp { return LinearLayer{fields.integer("units", 1, kMaxMaps)}; }},
    {"relu", [](JsonFields&) -> LayerOp { return ReluLayer{}; }},
    {"max_pool", read_max_pool},
    {"lrn", read_lrn},
    {"dropout", [](JsonFields& fields) -> LayerOp { return DropoutLayer{fields.number("p")}; }},
    {"softmax", [](JsonFields&) -> LayerOp { return SoftmaxLayer{}; }},
}};

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

Layer layer_from_json(const json& value, const std::string& where) {
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
  fields.finish();
  return layer;
}

/// The network's own fields; the caller looks for unknown ones.
Network read_network(JsonFields& fields, const std::string& where) {
  Network network;
  network.name = fields.text("name");
  const json& input = fields.array("input", 3, 3);
  std::array<int, 3> sides{};
  for (std::size_t i = 0; i < sides.size(); ++i) {
    if (!is_whole_number(input[i], 1, kMaxSide)) {
      fail("{}: input: expected three whole numbers of 1 to {}, found {}", where, kMaxSide, quotable(input.dump()));
    }
    sides[i] = input[i].get<int>();
  }
  network.input = {1, sides[0], sides[1], sides[2]};
  const json& layers = fields.array("layers", 1, kMaxLayers);
  for (std::size_t i = 0; i < layers.size(); ++i)
    network.layers.push_back(layer_from_json(layers[i], fmt::format("{}: layer {}", where, i)));
  return network;
}

/// Calls `body` and puts `where` in front of its error.
template <typename Body>
void with_context(const std::string& where, Body body) {
  try {
    body();
  } catch (const Error& error) {
    fail("{}: {}", where, error.what());
  }
}

std::array<float, 3> read_channels(JsonFields& fields, const char* key, const std::string& where) {
  const json& values = fields.array(key, 3, 3);
  std::array<float, 3> result{};
  for (std::size_t c = 0; c < result.size(); ++c) {
    // The range is checked with the others, in check().
    if (!values[c].is_number()) fail("{}: {}: expected three numbers, found {}", where, key, quotable(values.dump()));
    const auto value = values[c].get<double>();
    result[c] = std::abs(value) < 1e30 ? static_cast<float>(value) : std::numeric_limits<float>::infinity();
  }
  return result;
}

KnownRule read_known(const json& value, const std::string& where) {
  const std::string at = where + ": known";
  JsonFields fields(value, at);
  const std::string score = fields.text("score");
  if (score != kEnergyScore) fail("{}: score: expected \"{}\", found \"{}\"", at, kEnergyScore, quotable(score));
  const KnownRule rule{fields.number("threshold")};
  fields.finish();
  return rule;
}

json channels_to_json(const std::array<float, 3>& values) { return {exact_json(values[0]), exact_json(values[1]), exact_json(values[2])}; }

}  // namespace

json to_json(const Network& network) {
  json layers = json::array();
  for (const Layer& layer : network.layers) {
    json out = {{"name", layer.name}, {"type", type_name(layer.op)}};
    std::visit(LayerWriter{out}, layer.op);
    layers.push_back(std::move(out));
  }
  return {{"name", network.name}, {"input", {network.input.c, network.input.h, network.input.w}}, {"layers", std::move(layers)}};
}

json to_json(const Preprocess& p) {
  return {{"resize", p.resize},
          {"crop", p.crop},
          {"order", p.order},
          {"scale", exact_json(p.scale)},
          {"mean", channels_to_json(p.mean)},
          {"std", channels_to_json(p.std)}};
}

Network network_from_json(const json& value, const std::string& where) {
  JsonFields fields(value, where);
  Network network = read_network(fields, where);
  fields.finish();
  with_context(where, [&] { (void)output_shapes(network); });
  return network;
}

Preprocess preprocess_from_json(const json& value, const std::string& where) {
  const std::string at = where + ": preprocess";
  JsonFields fields(value, at);
  Preprocess p;
  p.resize = fields.integer("resize", 1, kMaxSide);
  p.crop = fields.integer("crop", 1, kMaxSide);
  p.order = fields.text("order");
  p.scale = fields.number("scale");
  p.mean = read_channels(fields, "mean", at);
  p.std = read_channels(fields, "std", at);
  fields.finish();
  check(p, where);
  return p;
}

std::string write_description(const Description& description) {
  json out = to_json(description.network);
  out["classes"] = description.classes;
  out["preprocess"] = to_json(description.preprocess);
  if (description.known) out["known"] = {{"score", kEnergyScore}, {"threshold", exact_json(description.known->threshold)}};
  return dump_json(out, description.network.name);
}

Description parse_description(std::string_view text, const std::string& where) {
  constexpr int kDepth = 3;  // layers or preprocess, one of them, its fields
  const json value = parse_json(text, where, kDepth);
  JsonFields fields(value, where);
  Description description;
  description.network = read_network(fields, where);
  for (const json& name : fields.array("classes", 1, kMaxClasses)) {
    if (!name.is_string()) fail("{}: classes: expected strings, found {}", where, name.type_name());
    description.classes.push_back(name.get<std::string>());
  }
  description.preprocess = preprocess_from_json(fields.object("preprocess"), where);
  if (fields.has("known")) description.known = read_known(fields.object("known"), where);
  fields.finish();
  check(description, where);
  return description;
}

void check(const Description& description, const std::string& where) {
  const Network& network = description.network;
  check(description.preprocess, where);
  with_context(where, [&] {
    const std::vector<Shape> shapes = output_shapes(network);
    const Shape& logits = shapes[static_cast<std::size_t>(logits_layer(network))];
    if (logits.item() != description.classes.size()) {
      fail("expected a class for each of the {} logits, found {}", logits.item(), description.classes.size());
    }
    const int crop = description.preprocess.crop;
    if (!(Shape{1, 3, crop, crop} == network.input)) {
      fail("expected preprocessing to the network's input {}, found a crop of {}", to_string(network.input), crop);
    }
  });
}

}  // namespace zf
