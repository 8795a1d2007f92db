#include "core/train/telling.h"

#include <nlohmann/json.hpp>

#include "core/data/photo_list.h"
#include "core/io/json_fields.h"
#include "core/io/safetensors.h"

namespace zf {

std::vector<float> scores_of(std::span<const ScoredPhoto> photos) {
  std::vector<float> scores;
  for (const ScoredPhoto& photo : photos) scores.push_back(photo.score);
  return scores;
}

Telling tell_known(const KnownRule& rule, std::span<const ScoredPhoto> photos) {
  std::vector<float> right;
  for (const ScoredPhoto& photo : photos) {
    if (photo.right) right.push_back(photo.score);
  }
  Telling telling;
  telling.rule = rule;
  telling.known = share_known(scores_of(photos), rule);
  telling.rightly_named = share_known(right, rule);
  return telling;
}

Telling tell_unknown(const KnownRule& rule, std::span<const ScoredPhoto> photos, std::span<const float> unknown) {
  Telling telling = tell_known(rule, photos);
  telling.unknown = share_known(unknown, rule);
  telling.auroc = auroc(scores_of(photos), unknown);
  telling.unknown_photos = std::ssize(unknown);
  return telling;
}

nlohmann::ordered_json to_json(const Telling& telling) {
  nlohmann::ordered_json json = {{"score", kEnergyScore},
                                 {"threshold", exact_json(telling.rule.threshold)},
                                 {"known", telling.known},
                                 {"rightly_named_known", telling.rightly_named}};
  if (!telling.unknown) return json;
  json["unknown_photos"] = telling.unknown_photos;
  json["unknown_taken_for_known"] = *telling.unknown;
  json["auroc"] = *telling.auroc;
  return json;
}

Dataset unknown_photos(const std::string& folder, const std::vector<std::string>& classes) {
  Dataset dataset = list_photos(folder).dataset();
  dataset.classes = classes;
  for (Sample& sample : dataset.samples) sample.label = 0;
  return dataset;
}

void save_with_rule(const std::filesystem::path& path, const Model& model, const Net& net, const KnownRule& rule,
                    const std::filesystem::path& from) {
  const bool stored = from.extension() == ".safetensors";
  const Precision precision = stored ? SafetensorsReader(from).entries().begin()->second.precision : Precision::kFloat32;
  Model calibrated = model;
  calibrated.parameters = net.parameters();
  calibrated.known = rule;
  save_model(path, calibrated, precision);
}

}  // namespace zf
