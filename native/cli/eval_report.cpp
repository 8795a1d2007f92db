#include "native/cli/eval_report.h"

#include <fmt/format.h>

#include "core/io/json_fields.h"
#include "native/cli/print_json.h"

namespace zf::cli {

namespace {

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

void print_words(const Telling& telling) {
  fmt::print("energy of {:.3f} or more: {:.1f} % of the photos, {:.1f} % of those that it names rightly\n", telling.rule.threshold,
             100 * telling.known, 100 * telling.rightly_named);
  if (!telling.unknown) return;
  fmt::print("                       and {:.1f} % of {} unknown ones; AUROC {:.3f}\n", 100 * *telling.unknown, telling.unknown_photos,
             *telling.auroc);
}

nlohmann::ordered_json to_json(const EvaluationResult& result) {
  return {{"images", result.images}, {"top1_error", result.top1_error}, {"top5_error", result.top5_error}, {"crops", result.crops}};
}

}  // namespace

std::vector<float> scores_of(std::span<const ScoredPhoto> photos, bool only_right) {
  std::vector<float> scores;
  for (const ScoredPhoto& photo : photos) {
    if (photo.right || !only_right) scores.push_back(photo.score);
  }
  return scores;
}

Telling tell_known(const KnownRule& rule, std::span<const ScoredPhoto> photos) {
  Telling telling;
  telling.rule = rule;
  telling.known = share_known(scores_of(photos), rule);
  telling.rightly_named = share_known(scores_of(photos, true), rule);
  return telling;
}

void EvalReport::print(bool json) const {
  if (json) {
    nlohmann::ordered_json object = to_json(all);
    object["skipped"] = skipped;
    for (std::size_t i = 0; i < members.size() && members.size() > 1; ++i) {
      nlohmann::ordered_json one = to_json(members[i].second);
      one["model"] = members[i].first;
      object["models"].push_back(std::move(one));
    }
    if (telling) object["known"] = to_json(*telling);
    print_json(object);
    return;
  }
  fmt::print("{} photos, {} skipped, {} {}\n", all.images, all.skipped, all.crops, all.crops == 1 ? "crop" : "crops");
  if (members.size() == 1) {
    fmt::print("top-1 error {:5.2f} %\ntop-5 error {:5.2f} %\n", 100 * all.top1_error, 100 * all.top5_error);
    if (telling) print_words(*telling);
    return;
  }
  const auto line = [](const EvaluationResult& result, const std::string& name) {
    fmt::print("{:5.2f} %  {:5.2f} %  {}\n", 100 * result.top1_error, 100 * result.top5_error, name);
  };
  fmt::print("top-1    top-5 error\n");
  for (const auto& [name, result] : members) line(result, name);
  line(all, fmt::format("all {} together", members.size()));
}

}  // namespace zf::cli
