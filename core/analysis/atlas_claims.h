#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/analysis/statistics.h"
#include "core/io/atlas.h"
#include "core/io/image.h"

namespace zf {

/// Fig. 2's claims about one layer as numbers: over the pairs of a map's strongest pictures, then over maps, which are what the
/// intervals draw.
struct AtlasLayerClaims {
  std::string layer;
  std::size_t maps = 0;                ///< that answer to two photos at least
  std::optional<Estimate> same_class;  ///< share of pairs of photos of one class, where photos lie in folders of classes
  Estimate projections;                ///< correlation of the pixels of two projections
  Estimate patches;                    ///< of two patches of photos
  Estimate projections_minus_patches;  ///< patches vary more than projections where it is above 0
};

struct AtlasClaims {
  double chance = 0;  ///< same_class of any two photos in the atlas; 1 where there are no classes
  std::vector<AtlasLayerClaims> layers;
};

/// Layers with fewer than two such maps are left out. Throws where the atlas holds no patches.
[[nodiscard]] AtlasClaims atlas_claims(Atlas& atlas, const ImageDecoder& decoder);

}  // namespace zf
