#include "native/cli/eval_report.h"

#include <fmt/format.h>

#include "core/report/story_json.h"
#include "native/cli/print_json.h"

namespace zf::cli {

namespace {

void print_words(const Telling& telling) {
  fmt::print("energy of {:.3f} or more: {:.1f} % of the photos, {:.1f} % of those that it names rightly\n", telling.rule.threshold,
             100 * telling.known, 100 * telling.rightly_named);
  if (!telling.unknown) return;
  fmt::print("                       and {:.1f} % of {} unknown ones; AUROC {:.3f}\n", 100 * *telling.unknown, telling.unknown_photos,
             *telling.auroc);
}

}  // namespace

void print(const EvalReport& report, bool json) {
  if (json) {
    print_json(to_json(report));
    return;
  }
  fmt::print("{} photos, {} skipped, {} {}\n", report.all.images, report.all.skipped, report.all.crops,
             report.all.crops == 1 ? "crop" : "crops");
  if (report.members.size() == 1) {
    fmt::print("top-1 error {:5.2f} %\ntop-5 error {:5.2f} %\n", 100 * report.all.top1_error, 100 * report.all.top5_error);
    if (report.telling) print_words(*report.telling);
    return;
  }
  const auto line = [](const EvaluationResult& result, const std::string& name) {
    fmt::print("{:5.2f} %  {:5.2f} %  {}\n", 100 * result.top1_error, 100 * result.top5_error, name);
  };
  fmt::print("top-1    top-5 error\n");
  for (const auto& [name, result] : report.members) line(result, name);
  line(report.all, fmt::format("all {} together", report.members.size()));
}

}  // namespace zf::cli
