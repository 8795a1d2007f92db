#include "core/analysis/invariance_claims.h"

#include <algorithm>
#include <cmath>

namespace zf {

namespace {

constexpr double kSame = 1e-9;  // offsets that differ by less are equal

/// The least distance from neutral that is not zero; 0 where there is none.
double smallest_offset(Axis axis, std::span<const double> amounts) {
  double least = 0;
  for (const double amount : amounts) {
    const double size = std::abs(offset(axis, amount));
    if (size > kSame && (least == 0 || size < least)) least = size;
  }
  return least;
}

/// The mean of `values` at amounts whose distance from neutral is `size`.
double mean_at(Axis axis, std::span<const double> amounts, std::span<const double> values, double size) {
  std::vector<double> found;
  for (std::size_t i = 0; i < amounts.size(); ++i) {
    if (std::abs(std::abs(offset(axis, amounts[i])) - size) < kSame) found.push_back(values[i]);
  }
  return mean(found);
}

/// A line to either side of neutral, where the distance is zero whether it was measured or not.
std::optional<double> two_sided_linearity(Axis axis, std::span<const double> amounts, std::span<const double> distances) {
  constexpr std::size_t kLeast = 3;  // amounts beside the neutral one: a line through fewer always fits well
  std::vector<double> found;
  for (const double sign : {-1.0, 1.0}) {
    std::vector<double> x{0};
    std::vector<double> y{0};
    for (std::size_t i = 0; i < amounts.size(); ++i) {
      const double signed_size = sign * offset(axis, amounts[i]);
      if (signed_size < kSame) continue;
      x.push_back(signed_size);
      y.push_back(distances[i]);
    }
    if (x.size() <= kLeast) continue;
    if (const std::optional<double> r2 = linearity(x, y)) found.push_back(*r2);
  }
  return found.empty() ? std::nullopt : std::optional(mean(found));
}

double kept_part(const InvarianceRecord& record, const InvarianceCurve& curve) {
  const auto kept = std::count(curve.top.begin(), curve.top.end(), record.top);
  return static_cast<double>(kept) / static_cast<double>(curve.top.size());
}

double mean_change(const InvarianceRecord& record, const InvarianceCurve& curve) {
  double sum = 0;
  for (const double p : curve.probability) sum += std::abs(p - record.probability);
  return sum / static_cast<double>(curve.probability.size());
}

double greatest(std::span<const double> values) { return *std::max_element(values.begin(), values.end()); }

/// One number a photo, of the photos that count.
struct Columns {
  std::array<std::vector<double>, 2> early;
  std::array<std::vector<double>, 2> relative;
  std::array<std::vector<double>, 2> linearity;  ///< of those that have one
  std::vector<double> kept;
  std::vector<double> change;
};

Columns measure(std::span<const InvarianceRecord> records, Axis axis, std::span<const double> amounts, double small) {
  Columns columns;
  for (const InvarianceRecord& record : records) {
    const InvarianceCurve& curve = record.curves[static_cast<std::size_t>(axis)];
    std::array<double, 2> at_small{};
    for (std::size_t k = 0; k < 2; ++k) at_small[k] = mean_at(axis, amounts, curve.distance[k], small);
    if (!(record.norm[0] > 0 && record.norm[1] > 0 && at_small[0] > 0 && at_small[1] > 0)) continue;
    for (std::size_t k = 0; k < 2; ++k) {
      columns.early[k].push_back(at_small[k] / greatest(curve.distance[k]));
      columns.relative[k].push_back(at_small[k] / record.norm[k]);
      if (const std::optional<double> r2 = two_sided_linearity(axis, amounts, curve.distance[k])) columns.linearity[k].push_back(*r2);
    }
    columns.kept.push_back(kept_part(record, curve));
    columns.change.push_back(mean_change(record, curve));
  }
  return columns;
}

std::optional<AxisClaims> claims_of(std::span<const InvarianceRecord> records, Axis axis, std::span<const double> amounts,
                                    const Bootstrap& bootstrap) {
  AxisClaims claims;
  claims.axis = axis;
  claims.small = smallest_offset(axis, amounts);
  if (claims.small == 0) return std::nullopt;
  const Columns columns = measure(records, axis, amounts, claims.small);
  claims.photos = columns.kept.size();
  if (claims.photos == 0) return std::nullopt;
  for (std::size_t k = 0; k < 2; ++k) {
    claims.early[k] = bootstrap_mean(columns.early[k], bootstrap);
    claims.relative[k] = bootstrap_mean(columns.relative[k], bootstrap);
    if (!columns.linearity[k].empty()) claims.linearity[k] = bootstrap_mean(columns.linearity[k], bootstrap);
  }
  claims.early_ratio = bootstrap_ratio(columns.early[0], columns.early[1], bootstrap);
  claims.relative_ratio = bootstrap_ratio(columns.relative[0], columns.relative[1], bootstrap);
  claims.kept = bootstrap_mean(columns.kept, bootstrap);
  claims.change = bootstrap_mean(columns.change, bootstrap);
  return claims;
}

/// Of all photos, so that two axes pair up; nothing where the axis was not measured.
std::vector<double> kept_parts(std::span<const InvarianceRecord> records, Axis axis) {
  std::vector<double> parts;
  for (const InvarianceRecord& record : records) {
    const InvarianceCurve& curve = record.curves[static_cast<std::size_t>(axis)];
    if (!curve.top.empty()) parts.push_back(kept_part(record, curve));
  }
  return parts;
}

std::optional<Estimate> over_rotation(std::span<const InvarianceRecord> records, Axis axis, const Bootstrap& bootstrap) {
  const std::vector<double> parts = kept_parts(records, axis);
  const std::vector<double> rotated = kept_parts(records, Axis::kRotation);
  if (parts.empty() || rotated.empty()) return std::nullopt;
  return bootstrap_difference(parts, rotated, bootstrap);
}

}  // namespace

InvarianceClaims invariance_claims(std::span<const InvarianceRecord> records, const std::array<std::vector<double>, kAxes>& amounts,
                                   const Bootstrap& bootstrap) {
  InvarianceClaims claims;
  for (int axis = 0; axis < kAxes; ++axis) {
    const auto place = static_cast<std::size_t>(axis);
    if (auto found = claims_of(records, static_cast<Axis>(axis), amounts[place], bootstrap)) claims.axes.push_back(*found);
  }
  claims.translation_over_rotation = over_rotation(records, Axis::kTranslation, bootstrap);
  claims.scale_over_rotation = over_rotation(records, Axis::kScale, bootstrap);
  return claims;
}

}  // namespace zf
