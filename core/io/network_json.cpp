#include "core/io/network_json.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/io/json_fields.h"
#include "core/io/layer_json.h"
#include "core/tensor/error.h"

namespace zf {

using nlohmann::json;

namespace {

constexpr std::size_t kMaxLayers = 1000;
constexpr std::size_t kMaxClasses = std::size_t{1} << 17;

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
    network.layers.push_back(layer_from_json(layers[i], network.layers, fmt::format("{}: layer {}", where, i)));
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

/// A value a channel over the first of `result`.
std::array<float, 3> read_channels(JsonFields& fields, const char* key, std::size_t channels, std::array<float, 3> result,
                                   const std::string& where) {
  const json& values = fields.array(key, channels, channels);
  for (std::size_t c = 0; c < channels; ++c) {
    // The range is checked with the others, in check().
    if (!values[c].is_number()) {
      fail("{}: {}: expected {}, found {}", where, key, channels == 1 ? "a number" : "three numbers", quotable(values.dump()));
    }
    const auto value = values[c].get<double>();
    result[c] = std::abs(value) < 1e30 ? static_cast<float>(value) : std::numeric_limits<float>::infinity();
  }
  return result;
}

json channels_to_json(const std::array<float, 3>& values, int channels) {
  json out = json::array();
  for (int c = 0; c < channels; ++c) out.push_back(exact_json(values[static_cast<std::size_t>(c)]));
  return out;
}

/// A square's side, or height and width.
Size read_crop(JsonFields& fields, const std::string& where) {
  if (!fields.has_array("crop")) {
    const int side = fields.integer("crop", 1, kMaxSide);
    return {side, side};
  }
  const json& sides = fields.array("crop", 2, 2);
  if (!is_whole_number(sides[0], 1, kMaxSide) || !is_whole_number(sides[1], 1, kMaxSide)) {
    fail("{}: crop: expected whole numbers of 1 to {}, found {}", where, kMaxSide, quotable(sides.dump()));
  }
  return {sides[0].get<int>(), sides[1].get<int>()};
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

}  // namespace

json to_json(const Network& network) {
  json layers = json::array();
  for (const Layer& layer : network.layers) {
    layers.push_back(layer_to_json(layer, network.layers));
  }
  return {{"name", network.name}, {"input", {network.input.c, network.input.h, network.input.w}}, {"layers", std::move(layers)}};
}

json to_json(const Preprocess& p) {
  return {{"resize", p.resize},
          {"crop", p.crop.h == p.crop.w ? json(p.crop.h) : json{p.crop.h, p.crop.w}},
          {"order", p.order},
          {"scale", exact_json(p.scale)},
          {"mean", channels_to_json(p.mean, p.channels())},
          {"std", channels_to_json(p.std, p.channels())}};
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
  p.crop = read_crop(fields, at);
  p.order = fields.text("order");
  p.scale = fields.number("scale");
  const auto channels = static_cast<std::size_t>(p.channels());
  p.mean = read_channels(fields, "mean", channels, p.mean, at);
  p.std = read_channels(fields, "std", channels, p.std, at);
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
  constexpr int kDepth = 4;  // layers, one of them, its inputs
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
    const Shape input{1, network.input.c, network.input.h, network.input.w};
    if (description.preprocess.input() != input) {
      fail("expected preprocessing to the network's input {}, found one to {}", to_string(input),
           to_string(description.preprocess.input()));
    }
  });
}

}  // namespace zf
