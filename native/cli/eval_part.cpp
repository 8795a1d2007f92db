#include "native/cli/eval_part.h"

#include <chrono>
#include <utility>

#include "core/data/batches.h"
#include "core/io/fingerprint.h"
#include "core/io/json_fields.h"
#include "core/io/network_json.h"
#include "core/tensor/error.h"
#include "core/train/verdict_json.h"
#include "native/cli/eval_report.h"
#include "native/cli/interrupt.h"
#include "native/cli/progress.h"
#include "native/cli/shard_report.h"
#include "native/cli/skipped.h"

namespace zf::cli {

namespace {

nlohmann::json setup_of(const EvalMembers& members, const EvaluationOptions& options) {
  nlohmann::json models = nlohmann::json::array();
  for (const std::unique_ptr<EvalMember>& member : members) {
    nlohmann::json model{{"model", fingerprint(*member->net)}, {"preprocess", to_json(member->model.preprocess)}};
    if (member->model.known) model["known"] = exact_json(member->model.known->threshold);
    models.push_back(std::move(model));
  }
  return {{"models", models}, {"photos", fingerprint(members.front()->photos->dataset())}, {"ten crops", options.ten_crop}};
}

nlohmann::json skipped_list(const std::vector<Skipped>& files) {
  SkippedPhotos skipped;
  skipped.add(files);
  return skipped.json();
}

}  // namespace

EvalPart::EvalPart(const EvalMembers& members, const EvaluationOptions& options, std::filesystem::path out)
    : members_(&members), options_(options), out_(std::move(out)), lock_(out_, options_.shard) {
  const PhotoStore& photos = *members.front()->photos;
  const auto batches = static_cast<std::size_t>(batch_count(photos.size(), options_.photos_at_once()));
  part_ = resumed_part(out_, {"eval", options_.shard, setup_of(members, options_)}, batches);
  part_.notes = {{"left_out", skipped_list(photos.dataset().skipped)}, {"names", nlohmann::json::array()}};
  for (const std::unique_ptr<EvalMember>& member : members) part_.notes["names"].push_back(member->name);
}

/// The batches that were finished meanwhile.
void EvalPart::take(const Ensemble& ensemble) {
  const PhotoStore& photos = *members_->front()->photos;
  const auto first = static_cast<std::size_t>(options_.first);
  for (std::size_t own = part_.results.size(); own < first + ensemble.verdicts().size(); ++own) {
    nlohmann::json result{{"together", to_json(ensemble.verdicts()[own - first])}, {"members", nlohmann::json::array()}};
    for (const auto& member : ensemble.members()) result["members"].push_back(to_json(member->verdicts()[own - first]));
    std::vector<Skipped> unread;
    const auto [begin, end] = batch_range(photos.size(), options_.photos_at_once(), static_cast<int>(options_.shard.at(own)));
    for (std::size_t i = begin; i < end; ++i) {
      if (std::string why = photos.why_not(i); !why.empty()) unread.push_back({photos.dataset().samples[i].path, std::move(why)});
    }
    result["unread"] = skipped_list(unread);
    part_.results.push_back(std::move(result));
  }
}

void EvalPart::save() const { write_part(part_path(out_, options_.shard), part_); }

void EvalPart::run(Ensemble& ensemble, bool as_json) {
  options_.first = done();
  const InterruptGuard guard;
  Progress bar("eval " + to_string(options_.shard));
  PartTimer timer;
  const bool whole = zf::run(ensemble, [&] {
    take(ensemble);
    if (timer.due()) save();
    bar.update(ensemble.progress());
    return !interrupted();
  });
  take(ensemble);
  save();
  if (!whole) fail_interrupted(part_);
  report_part(out_, part_, as_json);
}

void merge_eval(const std::vector<std::filesystem::path>& parts, bool as_json) {
  const JoinedParts joined = join_parts(parts);
  const std::string where = parts.front().string();
  const auto& models = joined.setup.at("models");
  std::vector<Verdicts> together;
  std::vector<std::vector<Verdicts>> members(models.size());
  EvalReport report;
  report.skipped = joined.notes.at("left_out");
  for (const nlohmann::json& result : joined.results) {
    together.push_back(verdicts_from(result.at("together"), where));
    for (std::size_t i = 0; i < members.size(); ++i) members[i].push_back(verdicts_from(result.at("members").at(i), where));
    for (const nlohmann::json& one : result.at("unread")) report.skipped.push_back(nlohmann::ordered_json(one));
  }
  constexpr int kTenCrops = 10;
  const int crops = joined.setup.at("ten crops").get<bool>() ? kTenCrops : 1;
  const auto sum = [crops](const std::vector<Verdicts>& batches) {
    EvaluationResult result = tally(batches);
    result.crops = crops;
    return result;
  };
  report.all = sum(together);
  if (report.all.images == 0) fail("{}: expected photos that could be read, found none", where);
  for (std::size_t i = 0; i < members.size(); ++i) {
    report.members.emplace_back(joined.notes.at("names").at(i).get<std::string>(), sum(members[i]));
  }
  if (members.size() == 1 && models[0].contains("known")) {
    report.telling = tell_known({models[0].at("known").get<float>()}, scored(members.front()));
  }
  print(report, as_json);
}

}  // namespace zf::cli
