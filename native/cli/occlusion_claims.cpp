#include "native/cli/occlusion_claims.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/data/part.h"
#include "core/io/fingerprint.h"
#include "core/io/network_json.h"
#include "core/io/preprocess.h"
#include "core/report/agreement_files.h"
#include "core/report/output_file.h"
#include "core/report/story_json.h"
#include "native/cli/interrupt.h"
#include "native/cli/photo_reader.h"
#include "native/cli/print_json.h"
#include "native/cli/progress.h"
#include "native/cli/shard_report.h"

namespace zf::cli {

namespace {

namespace fs = std::filesystem;

Tensor input_of(const Session& session, const std::string& path) { return preprocess_image(session.model.preprocess, load_photo(path)); }

PhotoAgreement measure(const Session& session, const OcclusionOptions& options, const Sample& photo, const Tensor& input, Progress& bar,
                       double before, double share) {
  const Net& net = *session.net;
  Occlusion job(net, input, options);
  zf::run(job, [&] {
    bar.update(before + share * job.progress());
    return true;
  });
  return photo_agreement(net, job, fs::path(photo.path).filename().string(), photo.label);
}

std::string in_words(const std::optional<Estimate>& e) {
  return e ? fmt::format("{:.3f} [{:.3f}, {:.3f}]", e->value, e->low, e->high) : std::string("-");
}

nlohmann::json to_json(const PhotoAgreement& row) {
  const auto number = [](const std::optional<double>& value) { return value ? nlohmann::json(*value) : nlohmann::json(); };
  const OcclusionAgreement& a = row.agreement;
  return {{"photo", name_to_json(row.photo)},     {"label", row.label},   {"map", row.map},         {"activation", number(a.activation)},
          {"probability", number(a.probability)}, {"lost_on", a.lost_on}, {"lost_off", a.lost_off}, {"worst", a.worst}};
}

PhotoAgreement row_from(const nlohmann::json& value) {
  const auto number = [&](const char* key) {
    return value.at(key).is_null() ? std::nullopt : std::optional<double>(value.at(key).get<double>());
  };
  return {name_from_json(value.at("photo")),
          value.at("label").get<int>(),
          value.at("map").get<int>(),
          {number("activation"), number("probability"), value.at("lost_on").get<double>(), value.at("lost_off").get<double>(),
           value.at("worst").get<double>()}};
}

/// Of all photos, on disk and for people.
void report(const std::vector<PhotoAgreement>& rows, int size, int stride, const nlohmann::ordered_json& skipped, const std::string& out,
            bool as_json) {
  const OcclusionClaims claims = occlusion_claims(rows);
  nlohmann::ordered_json json = agreement_json(claims, size, stride);
  json["skipped"] = skipped;
  if (!out.empty()) write_files(out, std::vector{text_file("agreement.csv", agreement_csv(rows)), json_file("agreement.json", json)});
  if (as_json) {
    print_json(json);
    return;
  }
  fmt::print("{} photos; mean [95 % interval]\n", claims.photos);
  fmt::print("rank correlation of covered energy with lost activation   {}\n", in_words(claims.activation));
  fmt::print("rank correlation of covered energy with lost probability  {}\n", in_words(claims.probability));
  fmt::print("probability lost where most energy is covered, minus where least  {}\n", in_words(claims.lost_on_minus_off));
  fmt::print("probability lost at the worst place  {}\n", in_words(claims.worst));
}

/// What the agreement of a photo follows from beside it.
nlohmann::json setup_of(const Session& session, const OcclusionOptions& o, const PhotoSpread& photos) {
  return {{"model", fingerprint(*session.net)},
          {"preprocess", to_json(session.model.preprocess)},
          {"classes", session.model.classes},
          {"photos", photos.fingerprint},
          {"count", photos.paths.size()},
          {"size", o.size},
          {"stride", o.stride},
          {"fill", o.fill},
          {"soft edge", o.soft_edge},
          {"border", o.border},
          {"layer", o.layer},
          {"map", o.map}};
}

}  // namespace

void report_occlusion_claims(const Session& session, const Options& options, const OcclusionOptions& occlusion, ChosenPhotos& chosen,
                             const std::string& out) {
  std::vector<PhotoAgreement> rows;
  {
    Progress bar("occlude");
    const double share = 1.0 / static_cast<double>(chosen.photos.size());
    const auto decode = [&](const Sample& photo) { return input_of(session, photo.path); };
    while (const auto input = chosen.read(rows.size(), decode)) {
      const double before = static_cast<double>(rows.size()) * share;
      rows.push_back(measure(session, occlusion, chosen.photos[rows.size()], *input, bar, before, share));
    }
  }
  constexpr std::size_t kLeast = 2;  // for an interval
  if (rows.size() < kLeast) chosen.skipped.insist(rows.size() + chosen.skipped.size());
  report(rows, occlusion.size, occlusion.stride, chosen.skipped.json(), out, options.json);
}

void occlude_shard(const Session& session, const Options& options, const OcclusionOptions& occlusion, const PhotoSpread& photos,
                   const std::string& out, const Shard& shard) {
  const ShardLock lock(out, shard);
  Part part = resumed_part(out, {"occlude", shard, setup_of(session, occlusion, photos)}, photos.paths.size());
  part.notes = {{"left_out", photos.skipped.json()}};
  const std::size_t all = shard.share(photos.paths.size());
  const InterruptGuard guard;
  PartTimer timer;
  {
    Progress bar("occlude " + to_string(shard));
    const double share = 1.0 / static_cast<double>(std::max<std::size_t>(all, 1));
    while (!part.finished() && !interrupted()) {
      const std::size_t own = part.results.size();
      const std::string& path = photos.paths[shard.at(own)];
      SkippedPhotos unread;
      const double before = static_cast<double>(own) * share;
      const std::optional<Tensor> input = unread.attempt(path, [&] { return input_of(session, path); });
      const Sample photo{path, folder_label(path, session.model.classes)};
      part.results.push_back(input ? to_json(measure(session, occlusion, photo, *input, bar, before, share))
                                   : nlohmann::json{{"unread", unread.json()}});
      if (timer.due()) write_part(part_path(out, shard), part);
    }
  }
  write_part(part_path(out, shard), part);
  if (!part.finished()) fail_interrupted(part);
  report_part(out, part, options.json);
}

void merge_occlude(const std::vector<fs::path>& parts, const std::string& out, bool as_json) {
  const JoinedParts joined = join_parts(parts);
  std::vector<PhotoAgreement> rows;
  nlohmann::ordered_json skipped = joined.notes.at("left_out");
  for (const nlohmann::json& result : joined.results) {
    if (!result.contains("unread")) {
      rows.push_back(row_from(result));
      continue;
    }
    for (const nlohmann::json& one : result.at("unread")) skipped.push_back(nlohmann::ordered_json(one));
  }
  report(rows, joined.setup.at("size").get<int>(), joined.setup.at("stride").get<int>(), skipped, out, as_json);
}

}  // namespace zf::cli
