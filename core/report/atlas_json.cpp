#include "core/report/atlas_json.h"

#include <nlohmann/json.hpp>

#include "core/report/estimate_json.h"

namespace zf {

nlohmann::ordered_json atlas_claims_json(const AtlasClaims& claims, const AtlasInfo& info) {
  nlohmann::ordered_json layers = nlohmann::ordered_json::array();
  for (const AtlasLayerClaims& layer : claims.layers) {
    layers.push_back({{"layer", layer.layer},
                      {"maps", layer.maps},
                      {"same_class", estimate_json(layer.same_class)},
                      {"projections", estimate_json(layer.projections)},
                      {"patches", estimate_json(layer.patches)},
                      {"projections_minus_patches", estimate_json(layer.projections_minus_patches)}});
  }
  return {{"images", info.images}, {"chance", claims.chance}, {"layers", layers}};
}

}  // namespace zf
