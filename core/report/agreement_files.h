#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

#include "core/analysis/agreement.h"
#include "core/analysis/occlusion.h"
#include "core/nn/net.h"

namespace zf {

/// What one photo says, as agreement.csv has it.
struct PhotoAgreement {
  std::string photo;  ///< its file's name
  int label = 0;
  int map = 0;
  OcclusionAgreement agreement;
};

/// Of a job that is done, whose map is projected. `label`: the photo's class, of which -1 says that nobody knows it; then it is the most
/// probable one.
[[nodiscard]] PhotoAgreement photo_agreement(const Net& net, const Occlusion& job, std::string photo, int label);

[[nodiscard]] OcclusionClaims occlusion_claims(std::span<const PhotoAgreement> photos);

/// A line a photo.
[[nodiscard]] std::string agreement_csv(std::span<const PhotoAgreement> photos);
/// {"photos", "size", "stride", an estimate a claim}
[[nodiscard]] nlohmann::ordered_json agreement_json(const OcclusionClaims& claims, int size, int stride);

}  // namespace zf
