#pragma once

#include <array>
#include <vector>

#include "core/analysis/comparison.h"
#include "core/analysis/statistics.h"

namespace zf {

/// Fig. 6's claims about one model as numbers: means over filters or maps, which are what the intervals draw.
struct ProfileClaims {
  std::array<Estimate, kBands> bands;  ///< shares of low, mid and high frequencies
  Estimate aliased;                    ///< share of energy that the first layer's stride cannot carry
  Estimate dominance;                  ///< greatest over median RMS of the first filters
  std::vector<Estimate> dead;          ///< part of dead maps, of each of the profile's layers
};

[[nodiscard]] ProfileClaims profile_claims(const ModelProfile& profile, const ComparisonOptions& options, const Bootstrap& bootstrap = {});

/// What one model has more of than another; the filters and maps of either are drawn for themselves.
struct ProfileDifference {
  std::array<Estimate, kBands> bands;
  Estimate aliased;
  std::vector<Estimate> dead;  ///< of layers that both have measured
};

/// a minus b.
[[nodiscard]] ProfileDifference profile_difference(const ModelProfile& a, const ModelProfile& b, const ComparisonOptions& options,
                                                   const Bootstrap& bootstrap = {});

}  // namespace zf
