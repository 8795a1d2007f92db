#include "core/train/eval_report.h"

namespace zf {

namespace {

nlohmann::ordered_json result_json(const EvaluationResult& result) {
  return {{"images", result.images}, {"top1_error", result.top1_error}, {"top5_error", result.top5_error}, {"crops", result.crops}};
}

}  // namespace

nlohmann::ordered_json to_json(const EvalReport& report) {
  nlohmann::ordered_json json = result_json(report.all);
  if (!report.skipped.is_null()) json["skipped"] = report.skipped;
  for (std::size_t i = 0; i < report.members.size() && report.members.size() > 1; ++i) {
    nlohmann::ordered_json one = result_json(report.members[i].second);
    one["model"] = report.members[i].first;
    json["models"].push_back(std::move(one));
  }
  if (report.telling) json["known"] = to_json(*report.telling);
  return json;
}

}  // namespace zf
