#pragma once

#include <span>

namespace zf {

/// The magnitude below which `percentile` of the values that are not zero lie: how far from grey a signed picture reaches.
/// A few outliers must not wash out the rest. 0 where all are zero.
[[nodiscard]] float signed_scale(std::span<const float> values, double percentile = 99.5);

}  // namespace zf
