#include "core/analysis/comparison_claims.h"

#include <algorithm>

namespace zf {

namespace {

std::vector<double> band(const ModelProfile& profile, std::size_t k) {
  std::vector<double> values;
  for (const FilterMeasure& filter : profile.measures) values.push_back(filter.bands[k]);
  return values;
}

std::vector<double> aliased(const ModelProfile& profile) {
  std::vector<double> values;
  for (const FilterMeasure& filter : profile.measures) values.push_back(filter.aliased);
  return values;
}

/// 1 for a dead map, 0 for another.
std::vector<double> dead(const MapsMeasure& maps, const ComparisonOptions& options) {
  const float limit = dead_limit(maps.greatest, options.dead);
  std::vector<double> values;
  for (const float greatest : maps.greatest) values.push_back(greatest <= limit ? 1 : 0);
  return values;
}

Estimate bootstrap_dominance(const ModelProfile& profile, const Bootstrap& bootstrap) {
  return zf::bootstrap(
      profile.measures.size(),
      [&](std::span<const std::size_t> subjects) {
        std::vector<FilterMeasure> drawn;
        for (const std::size_t i : subjects) drawn.push_back(profile.measures[i]);
        return dominance(drawn);
      },
      bootstrap);
}

}  // namespace

ProfileClaims profile_claims(const ModelProfile& profile, const ComparisonOptions& options, const Bootstrap& bootstrap) {
  ProfileClaims claims;
  for (std::size_t k = 0; k < kBands; ++k) claims.bands[k] = bootstrap_mean(band(profile, k), bootstrap);
  claims.aliased = bootstrap_mean(aliased(profile), bootstrap);
  claims.dominance = bootstrap_dominance(profile, bootstrap);
  for (const MapsMeasure& maps : profile.layers) claims.dead.push_back(bootstrap_mean(dead(maps, options), bootstrap));
  return claims;
}

ProfileDifference profile_difference(const ModelProfile& a, const ModelProfile& b, const ComparisonOptions& options,
                                     const Bootstrap& bootstrap) {
  ProfileDifference difference;
  for (std::size_t k = 0; k < kBands; ++k) difference.bands[k] = bootstrap_group_difference(band(a, k), band(b, k), bootstrap);
  difference.aliased = bootstrap_group_difference(aliased(a), aliased(b), bootstrap);
  for (std::size_t k = 0; k < std::min(a.layers.size(), b.layers.size()); ++k) {
    difference.dead.push_back(bootstrap_group_difference(dead(a.layers[k], options), dead(b.layers[k], options), bootstrap));
  }
  return difference;
}

}  // namespace zf
