#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/analysis/occlusion.h"
#include "core/analysis/statistics.h"
#include "core/tensor/tensor.h"

namespace zf {

/// The share of a projection's energy, its squared pixels (1, C, H, W), that each square covers: one a place, 0 to 1.
[[nodiscard]] std::vector<float> energy_under_squares(const OcclusionMaps& maps, const Tensor& projection);

/// What one photo says about Fig. 7: whether covering what a projection shows is what takes activation and probability away.
struct OcclusionAgreement {
  std::optional<double> activation;   ///< rank correlation, over places, of covered energy and the map's lost activation
  std::optional<double> probability;  ///< of covered energy and the class's lost probability
  double lost_on = 0;                 ///< mean probability lost at the quarter of the places that cover the most energy ...
  double lost_off = 0;                ///< ... and at the quarter that cover the least
  double worst = 0;                   ///< greatest probability lost at any place
};

/// `label`'s probability is followed. All places must have been run; at least four of them.
[[nodiscard]] OcclusionAgreement occlusion_agreement(const OcclusionMaps& maps, const Tensor& projection, int label);

/// The same over photos, with intervals that draw photos. Correlations leave out photos where a side is constant.
struct OcclusionClaims {
  std::size_t photos = 0;
  std::optional<Estimate> activation;
  std::optional<Estimate> probability;
  Estimate lost_on_minus_off;  ///< of probability
  Estimate worst;
};

/// Throws where there are fewer than two photos.
[[nodiscard]] OcclusionClaims occlusion_claims(std::span<const OcclusionAgreement> photos);

}  // namespace zf
