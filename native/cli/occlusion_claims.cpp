#include "native/cli/occlusion_claims.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/analysis/agreement.h"
#include "core/deconv/project.h"
#include "core/io/atomic_file.h"
#include "core/io/csv.h"
#include "core/io/preprocess.h"
#include "core/report/estimate_json.h"
#include "core/report/story_json.h"
#include "native/cli/photo_reader.h"
#include "native/cli/progress.h"

namespace zf::cli {

namespace {

namespace fs = std::filesystem;

struct Row {
  std::string photo;
  int label = 0;
  int map = 0;
  OcclusionAgreement agreement;
};

Row measure(const Session& session, const OcclusionOptions& options, const Sample& photo, Progress& bar, double before, double share) {
  const Net& net = *session.net;
  Occlusion job(net, preprocess_image(session.model.preprocess, load_photo(photo.path)), options);
  zf::run(job, [&] {
    bar.update(before + share * job.progress());
    return true;
  });
  const std::vector<float>& logits = job.maps().clean_logits;
  const auto best = static_cast<int>(std::max_element(logits.begin(), logits.end()) - logits.begin());
  const int label = photo.label >= 0 ? photo.label : best;
  const std::vector<MapSeed> seeds{{0, job.map()}};
  const Tensor projection = Projector(net, job.clean(), Rule::kDeconvnet).project_maps(job.layer(), seeds).whole(0);
  return {fs::path(photo.path).filename().string(), label, job.map(), occlusion_agreement(job.maps(), projection, label)};
}

std::string to_csv(const std::vector<Row>& rows) {
  CsvText text({"photo", "label", "map", "activation_correlation", "probability_correlation", "lost_on", "lost_off", "worst"});
  const auto cell = [](const std::optional<double>& value) { return value ? csv_number(*value) : std::string(); };
  for (const Row& row : rows) {
    const OcclusionAgreement& a = row.agreement;
    text.add({row.photo, std::to_string(row.label), std::to_string(row.map), cell(a.activation), cell(a.probability), csv_number(a.lost_on),
              csv_number(a.lost_off), csv_number(a.worst)});
  }
  return text.text();
}

std::string in_words(const std::optional<Estimate>& e) {
  return e ? fmt::format("{:.3f} [{:.3f}, {:.3f}]", e->value, e->low, e->high) : std::string("-");
}

}  // namespace

void report_occlusion_claims(const Session& session, const Options& options, const OcclusionOptions& occlusion, const ChosenPhotos& chosen,
                             const std::string& out) {
  const std::vector<Sample>& photos = chosen.photos;
  std::vector<Row> rows;
  {
    Progress bar("occlude");
    const double share = 1.0 / static_cast<double>(photos.size());
    for (const Sample& photo : photos) {
      rows.push_back(measure(session, occlusion, photo, bar, static_cast<double>(rows.size()) * share, share));
    }
  }
  std::vector<OcclusionAgreement> agreements;
  for (const Row& row : rows) agreements.push_back(row.agreement);
  const OcclusionClaims claims = occlusion_claims(agreements);
  const nlohmann::ordered_json json{{"photos", claims.photos},
                                    {"size", occlusion.size},
                                    {"stride", occlusion.stride},
                                    {"activation_correlation", estimate_json(claims.activation)},
                                    {"probability_correlation", estimate_json(claims.probability)},
                                    {"lost_on_minus_off", estimate_json(claims.lost_on_minus_off)},
                                    {"worst", estimate_json(claims.worst)},
                                    {"skipped", chosen.skipped.json()}};
  if (!out.empty()) {
    make_folder(out);
    write_file(fs::path(out) / "agreement.csv", to_csv(rows));
    write_file(fs::path(out) / "agreement.json", to_text(json, 2) + "\n");
  }
  if (options.json) {
    fmt::print("{}\n", to_text(json));
    return;
  }
  fmt::print("{} photos; mean [95 % interval]\n", claims.photos);
  fmt::print("rank correlation of covered energy with lost activation   {}\n", in_words(claims.activation));
  fmt::print("rank correlation of covered energy with lost probability  {}\n", in_words(claims.probability));
  fmt::print("probability lost where most energy is covered, minus where least  {}\n", in_words(claims.lost_on_minus_off));
  fmt::print("probability lost at the worst place  {}\n", in_words(claims.worst));
}

}  // namespace zf::cli
