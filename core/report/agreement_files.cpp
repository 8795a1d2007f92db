#include "core/report/agreement_files.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "core/deconv/project.h"
#include "core/io/csv.h"
#include "core/report/estimate_json.h"

namespace zf {

PhotoAgreement photo_agreement(const Net& net, const Occlusion& job, std::string photo, int label) {
  const std::vector<float>& logits = job.maps().clean_logits;
  if (label < 0) label = static_cast<int>(std::max_element(logits.begin(), logits.end()) - logits.begin());
  const std::vector<MapSeed> seeds{{0, job.map()}};
  const Tensor projection = Projector(net, job.clean(), Rule::kDeconvnet).project_maps(job.layer(), seeds).whole(0);
  return {std::move(photo), label, job.map(), occlusion_agreement(job.maps(), projection, label)};
}

OcclusionClaims occlusion_claims(std::span<const PhotoAgreement> photos) {
  std::vector<OcclusionAgreement> agreements;
  for (const PhotoAgreement& photo : photos) agreements.push_back(photo.agreement);
  return occlusion_claims(agreements);
}

std::string agreement_csv(std::span<const PhotoAgreement> photos) {
  CsvText text({"photo", "label", "map", "activation_correlation", "probability_correlation", "lost_on", "lost_off", "worst"});
  const auto cell = [](const std::optional<double>& value) { return value ? csv_number(*value) : std::string(); };
  for (const PhotoAgreement& photo : photos) {
    const OcclusionAgreement& a = photo.agreement;
    text.add({photo.photo, std::to_string(photo.label), std::to_string(photo.map), cell(a.activation), cell(a.probability),
              csv_number(a.lost_on), csv_number(a.lost_off), csv_number(a.worst)});
  }
  return text.text();
}

nlohmann::ordered_json agreement_json(const OcclusionClaims& claims, int size, int stride) {
  return {{"photos", claims.photos},
          {"size", size},
          {"stride", stride},
          {"activation_correlation", estimate_json(claims.activation)},
          {"probability_correlation", estimate_json(claims.probability)},
          {"lost_on_minus_off", estimate_json(claims.lost_on_minus_off)},
          {"worst", estimate_json(claims.worst)}};
}

}  // namespace zf
