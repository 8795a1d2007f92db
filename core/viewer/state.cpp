#include "core/viewer/state.h"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "core/deconv/rules.h"
#include "core/report/captions.h"

namespace zf::viewer {

namespace {

using Json = nlohmann::json;

/// Takes a field over where it is there and of the right type.
void read(const Json& json, const char* key, std::string& value) {
  if (const auto found = json.find(key); found != json.end() && found->is_string()) value = found->get<std::string>();
}

void read(const Json& json, const char* key, bool& value) {
  if (const auto found = json.find(key); found != json.end() && found->is_boolean()) value = found->get<bool>();
}

void read(const Json& json, const char* key, std::vector<std::string>& values) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_array()) return;
  for (const Json& value : *found) {
    if (value.is_string()) values.push_back(value.get<std::string>());
  }
}

template <typename Number>
void read(const Json& json, const char* key, Number& value, double least, double most) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_number()) return;
  const auto number = found->get<double>();
  if (number >= least && number <= most) value = static_cast<Number>(number);
}

void read(const Json& json, const char* key, Rule& rule) {
  std::string name;
  read(json, key, name);
  rule = rule_named(name).value_or(rule);
}

void read(const Json& json, const char* key, Axis& axis) {
  std::string name;
  read(json, key, name);
  for (const Axis known : {Axis::kTranslation, Axis::kScale, Axis::kRotation}) {
    if (name_of(known) == name) axis = known;
  }
}

void read(const Json& json, const char* key, std::array<int, 2>& stages) {
  constexpr int kMostStages = 1000;
  const auto found = json.find(key);
  if (found == json.end() || !found->is_array() || found->size() != stages.size()) return;
  const auto is_stage = [](const Json& k) {
    return k.is_number_integer() && k.get<std::int64_t>() >= 1 && k.get<std::int64_t>() <= kMostStages;
  };
  if (std::all_of(found->begin(), found->end(), is_stage)) stages = {found->at(0).get<int>(), found->at(1).get<int>()};
}

/// Nothing where it is not whole.
std::optional<FacePoints> face_points(const Json& json) {
  FacePoints face;
  if (!json.is_object()) return std::nullopt;
  read(json, "photo", face.photo);
  const auto places = json.find("places");
  if (face.photo.empty() || places == json.end() || !places->is_array() || places->size() > kFaceParts.size()) return std::nullopt;
  for (const Json& place : *places) {
    const bool whole = place.is_array() && place.size() == 2 && place.at(0).is_number() && place.at(1).is_number();
    if (!whole) return std::nullopt;
    face.places.push_back({place.at(0).get<double>(), place.at(1).get<double>()});
  }
  if (face.places.empty()) return std::nullopt;
  return face;
}

constexpr float kLeastTile = 16;
constexpr float kMostTile = 512;
constexpr double kMany = 1 << 24;

Choice choice_from(const Json& json) {
  Choice choice;
  read(json, "model", choice.model);
  read(json, "photos", choice.photos);
  read(json, "photo", choice.photo, 0, std::max(0.0, static_cast<double>(choice.photos.size()) - 1));
  read(json, "layer", choice.layer);
  read(json, "map", choice.map, Choice::kStrongest, kMany);
  read(json, "y", choice.y, Choice::kStrongest, kMany);
  read(json, "x", choice.x, Choice::kStrongest, kMany);
  if (choice.y < 0 || choice.x < 0 || choice.map < 0) choice.y = choice.x = Choice::kStrongest;
  read(json, "rule", choice.rule);
  if (const auto mutes = json.find("mutes"); mutes != json.end() && mutes->is_array()) {
    for (const Json& entry : *mutes) {
      if (!entry.is_object()) continue;
      MutedMap mute{{}, -1};
      read(entry, "layer", mute.layer);
      read(entry, "map", mute.map, 0, kMany);
      if (mute.map >= 0 && !mute.layer.empty()) choice.mutes.push_back(mute);
    }
  }
  read(json, "atlas", choice.atlas);
  read(json, "run", choice.run);
  read(json, "second", choice.second);
  read(json, "backend", choice.backend);
  if (const auto points = json.find("points"); points != json.end() && points->is_array()) {
    for (const Json& entry : *points) {
      if (auto face = face_points(entry)) choice.points.push_back(std::move(*face));
    }
  }
  return choice;
}

Settings settings_from(const Json& json) {
  Settings settings;
  read(json, "dark", settings.dark);
  read(json, "zoom", settings.zoom, 0.5, 3);
  read(json, "tab", settings.tab);
  read(json, "sort_by_strength", settings.sort_by_strength);
  read(json, "tile", settings.tile, kLeastTile, kMostTile);
  read(json, "crop", settings.crop);
  read(json, "folder", settings.folder);
  read(json, "window_width", settings.window_width, 200, 16384);
  read(json, "window_height", settings.window_height, 200, 16384);
  read(json, "axis", settings.axis);
  read(json, "invariance_stages", settings.invariance_stages);
  read(json, "correspondence_stages", settings.correspondence_stages);
  read(json, "retrained", settings.retrained);
  return settings;
}

}  // namespace

void zoom(Settings& settings, float factor) { settings.tile = std::clamp(settings.tile * factor, kLeastTile, kMostTile); }

std::string to_json(const State& state) {
  const Choice& c = state.choice;
  const Settings& s = state.settings;
  Json mutes = Json::array();
  for (const MutedMap& mute : c.mutes) mutes.push_back({{"layer", mute.layer}, {"map", mute.map}});
  Json points = Json::array();
  for (const FacePoints& face : c.points) {
    Json places = Json::array();
    for (const Place& place : face.places) places.push_back({place.x, place.y});
    points.push_back({{"photo", face.photo}, {"places", places}});
  }
  const nlohmann::ordered_json json{{"choice",
                                     {{"model", c.model},
                                      {"photos", c.photos},
                                      {"photo", c.photo},
                                      {"layer", c.layer},
                                      {"map", c.map},
                                      {"y", c.y},
                                      {"x", c.x},
                                      {"rule", name_of(c.rule)},
                                      {"mutes", mutes},
                                      {"atlas", c.atlas},
                                      {"run", c.run},
                                      {"second", c.second},
                                      {"backend", c.backend},
                                      {"points", points}}},
                                    {"settings",
                                     {{"dark", s.dark},
                                      {"zoom", s.zoom},
                                      {"tab", s.tab},
                                      {"sort_by_strength", s.sort_by_strength},
                                      {"tile", s.tile},
                                      {"crop", s.crop},
                                      {"folder", s.folder},
                                      {"window_width", s.window_width},
                                      {"window_height", s.window_height},
                                      {"axis", name_of(s.axis)},
                                      {"invariance_stages", s.invariance_stages},
                                      {"correspondence_stages", s.correspondence_stages},
                                      {"retrained", s.retrained}}}};
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

State state_from_json(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return {};
  const auto part = [&](const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_object() ? *found : Json::object();
  };
  return {choice_from(part("choice")), settings_from(part("settings"))};
}

}  // namespace zf::viewer
