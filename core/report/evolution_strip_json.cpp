#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/io/json_fields.h"
#include "core/report/evolution_strip.h"
#include "core/report/story_json.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr int kStripVersion = 1;
constexpr int kMostEpochs = 10000;
constexpr int kMostPixels = 1 << 20;

ordered_json pair(Size size) { return {size.h, size.w}; }

Size size_in(JsonFields& fields, const char* key, const std::string& where) {
  const json& sides = fields.array(key, 2, 2);
  for (const json& side : sides) {
    if (!is_whole_number(side, 1, kMostPixels)) fail("{}: {}: expected whole numbers", where, key);
  }
  return {sides[0].get<int>(), sides[1].get<int>()};
}

/// One number an epoch.
template <typename Number>
std::vector<Number> numbers_in(JsonFields& fields, const char* key, std::size_t epochs, const std::string& where) {
  std::vector<Number> values;
  for (const json& value : fields.array(key, epochs, epochs)) {
    if (!value.is_number() || !std::isfinite(value.get<double>())) fail("{}: {}: expected finite numbers", where, key);
    values.push_back(value.get<Number>());
  }
  return values;
}

StripMap map_from(const json& value, std::size_t epochs, const std::string& where) {
  JsonFields fields(value, where);
  StripMap map;
  map.map = fields.integer("map", 0, kMostPixels);
  map.activation = numbers_in<float>(fields, "activation", epochs, where);
  map.similarity = numbers_in<double>(fields, "similarity", epochs, where);
  for (const json& leads : fields.array("takes_lead", epochs, epochs)) {
    if (!leads.is_boolean()) fail("{}: takes_lead: expected true or false", where);
    map.takes_lead.push_back(leads.get<bool>());
  }
  fields.finish();
  return map;
}

StripLayer layer_from(const json& value, std::size_t epochs, const std::string& where) {
  JsonFields fields(value, where);
  StripLayer layer;
  layer.name = fields.text("layer");
  layer.field = size_in(fields, "field", where);
  layer.cell = size_in(fields, "cell", where);
  layer.top = fields.integer("top", 0, kMostPixels);
  for (const json& map : fields.array("maps", 1, kMostEpochs)) layer.maps.push_back(map_from(map, epochs, where + ": maps"));
  layer.same_photo = numbers_in<double>(fields, "same_photo", epochs, where);
  layer.similarity = numbers_in<double>(fields, "similarity", epochs, where);
  layer.settled = fields.number("settled_epoch");
  fields.finish();
  return layer;
}

/// The cells of a layer lie inside the picture.
void check_cells(const EvolutionStrip& strip, const StripLayer& layer, const std::string& where) {
  const auto right = static_cast<std::int64_t>(layer.cell.w) * static_cast<std::int64_t>(strip.epochs.size());
  const auto bottom = layer.top + static_cast<std::int64_t>(layer.cell.h) * static_cast<std::int64_t>(layer.maps.size());
  if (right > strip.picture.width || bottom > strip.picture.height) {
    fail("{}: layer {}: expected cells within a picture of {} x {} pixels, found them up to {} x {}", where, quotable(layer.name),
         strip.picture.width, strip.picture.height, right, bottom);
  }
}

}  // namespace

std::string strip_json(const EvolutionStrip& strip) {
  ordered_json layers = ordered_json::array();
  for (const StripLayer& layer : strip.layers) {
    ordered_json maps = ordered_json::array();
    for (const StripMap& map : layer.maps) {
      ordered_json activation = ordered_json::array();
      for (const float value : map.activation) activation.emplace_back(exact_json(value));
      maps.push_back({{"map", map.map}, {"activation", activation}, {"similarity", map.similarity}, {"takes_lead", map.takes_lead}});
    }
    layers.push_back({{"layer", layer.name},
                      {"field", pair(layer.field)},
                      {"cell", pair(layer.cell)},
                      {"top", layer.top},
                      {"maps", maps},
                      {"same_photo", layer.same_photo},
                      {"similarity", layer.similarity},
                      {"settled_epoch", exact_json(layer.settled)}});
  }
  return to_text({{"version", kStripVersion}, {"images", strip.images}, {"epochs", strip.epochs}, {"layers", layers}}) + "\n";
}

EvolutionStrip read_strip(std::string_view text, Picture picture, const std::string& name) {
  constexpr int kDepth = 6;
  const json value = parse_json(text, name, kDepth);
  if (!value.is_object()) fail("{}: expected an evolution strip, found {}", name, value.type_name());
  JsonFields fields(value, name);
  const int version = fields.integer("version", 0, kMostPixels);
  if (version != kStripVersion) fail("{}: expected version {}, found {}", name, kStripVersion, version);
  EvolutionStrip strip;
  strip.picture = std::move(picture);
  strip.images = fields.integer("images", 0, 1 << 30);
  for (const json& epoch : fields.array("epochs", 2, kMostEpochs)) {
    if (!is_whole_number(epoch, 0, 1 << 30) || (!strip.epochs.empty() && epoch.get<int>() <= strip.epochs.back())) {
      fail("{}: epochs: expected rising whole numbers", name);
    }
    strip.epochs.push_back(epoch.get<int>());
  }
  for (const json& layer : fields.array("layers", 1, 1000)) {
    strip.layers.push_back(layer_from(layer, strip.epochs.size(), name + ": layers"));
    check_cells(strip, strip.layers.back(), name);
  }
  fields.finish();
  return strip;
}

}  // namespace zf
