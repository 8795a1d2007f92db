#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/analysis/atlas_claims.h"
#include "core/io/atlas.h"

namespace zf {

/// {"images", "chance", "layers": [{"layer", "maps", "same_class", "projections", "patches", "projections_minus_patches"}]}, what the paper
/// says of Fig. 2 as estimates.
[[nodiscard]] nlohmann::ordered_json atlas_claims_json(const AtlasClaims& claims, const AtlasInfo& info);

}  // namespace zf
