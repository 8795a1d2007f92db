#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "core/analysis/invariance.h"
#include "core/analysis/statistics.h"

namespace zf {

/// Fig. 5's claims about one axis as numbers: means over photos. A "small" transform is the smallest measured that is not
/// neutral (both signs where both were measured).
struct AxisClaims {
  Axis axis = Axis::kTranslation;
  double small = 0;                  ///< its distance from neutral: pixels, difference of the factor from 1, degrees
  std::size_t photos = 0;            ///< that count: those whose features are not all zero and respond to a small transform
  std::array<Estimate, 2> early;     ///< part of the greatest distance along the axis that a small transform reaches already
  Estimate early_ratio;              ///< the first layer's early part over the second's (of the means)
  std::array<Estimate, 2> relative;  ///< distance at a small transform over the length of the photo's feature vector
  Estimate relative_ratio;           ///< the first layer's over the second's (of the means)
  /// R squared of distance against the size of the transform, a straight line to either side of neutral; nothing where no side
  /// has three amounts.
  std::array<std::optional<Estimate>, 2> linearity;
  Estimate kept;    ///< part of the amounts at which the most probable class stays the photo's
  Estimate change;  ///< mean magnitude of the change of the followed class's probability
};

struct InvarianceClaims {
  std::vector<AxisClaims> axes;  ///< that have an amount other than the neutral one and a photo that counts
  /// `kept` along an axis minus `kept` along rotation, over the same photos; nothing where either was not measured.
  std::optional<Estimate> translation_over_rotation;
  std::optional<Estimate> scale_over_rotation;
};

[[nodiscard]] InvarianceClaims invariance_claims(std::span<const InvarianceRecord> records,
                                                 const std::array<std::vector<double>, kAxes>& amounts, const Bootstrap& bootstrap = {});

}  // namespace zf
