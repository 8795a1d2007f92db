#include "core/viewer/state.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "core/deconv/rules.h"
#include "core/nn/layer.h"
#include "core/report/captions.h"

namespace zf::viewer {

namespace {

using Json = nlohmann::json;

/// Takes a field over where it is there and of the right type.
void read(const Json& json, const char* key, std::string& value) {
  if (const auto found = json.find(key); found != json.end() && found->is_string()) value = found->get<std::string>();
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
  Settings::Values values;
  for (const auto& [key, value] : json.items()) {
    if (value.is_boolean()) values.emplace(key, value.get<bool>());
    if (value.is_number()) values.emplace(key, value.get<double>());
    if (value.is_string()) values.emplace(key, value.get<std::string>());
    const auto is_number = [](const Json& entry) { return entry.is_number(); };
    if (value.is_array() && std::all_of(value.begin(), value.end(), is_number)) values.emplace(key, value.get<std::vector<double>>());
  }
  return Settings(std::move(values));
}

/// Whole where it is: files say 5, not 5.0.
Json to_json(double number) {
  constexpr double kMostWhole = 1LL << 53;
  if (std::abs(number) <= kMostWhole && std::floor(number) == number) return static_cast<std::int64_t>(number);
  return number;
}

Json to_json(const Settings& settings) {
  Json json = Json::object();
  for (const auto& [key, value] : settings.values()) {
    json[key] = std::visit(Match{[](double number) { return to_json(number); },
                                 [](const std::vector<double>& numbers) {
                                   Json list = Json::array();
                                   for (const double number : numbers) list.push_back(to_json(number));
                                   return list;
                                 },
                                 [](const auto& other) { return Json(other); }},
                           value);
  }
  return json;
}

}  // namespace

std::string to_json(const State& state) {
  const Choice& c = state.choice;
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
                                    {"settings", to_json(state.settings)}};
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
