#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace zf {

// Numbers for the paper's claims. All functions throw an Error where there are too few values or a value is not finite.

[[nodiscard]] double mean(std::span<const double> values);

/// The middle value; of an even count the mean of the middle two.
[[nodiscard]] double median(std::span<const double> values);

/// The sample standard deviation (divided by n - 1); of two values at least.
[[nodiscard]] double standard_deviation(std::span<const double> values);

/// Places 1 to n in ascending order; equal values share the mean of their places.
[[nodiscard]] std::vector<double> ranks(std::span<const double> values);

/// Pearson's correlation of pairs (two at least); nothing where either side is constant.
[[nodiscard]] std::optional<double> correlation(std::span<const double> x, std::span<const double> y);

/// Spearman's rank correlation: that of the ranks; nothing where either side is constant.
[[nodiscard]] std::optional<double> rank_correlation(std::span<const double> x, std::span<const double> y);

/// How much of y's variance a straight line through the pairs explains, 0 to 1; nothing where either side is constant.
[[nodiscard]] std::optional<double> linearity(std::span<const double> x, std::span<const double> y);

/// a[i] - b[i].
[[nodiscard]] std::vector<double> differences(std::span<const double> a, std::span<const double> b);

/// The value at `fraction` (0 to 1) of the way through the sorted values, straight between neighbours.
[[nodiscard]] double quantile(std::span<const double> values, double fraction);

/// A statistic and its confidence interval.
struct Estimate {
  double value = 0;
  double low = 0;
  double high = 0;
};

struct Bootstrap {
  int draws = 2000;
  double level = 0.95;     ///< of the interval
  std::uint64_t seed = 1;  ///< the same seed gives the same interval, on every machine
};

/// A statistic of `count` subjects (photos, filters), given which of them to use: all once for the value; for the interval,
/// `draws` times, `count` drawn with replacement. The interval holds the middle `level` of what the draws gave.
using Statistic = std::function<double(std::span<const std::size_t> subjects)>;
[[nodiscard]] Estimate bootstrap(std::size_t count, const Statistic& statistic, const Bootstrap& options = {});

[[nodiscard]] Estimate bootstrap_mean(std::span<const double> values, const Bootstrap& options = {});

/// The mean of a[i] - b[i]; the pairs are drawn, so that what both sides share cancels.
[[nodiscard]] Estimate bootstrap_difference(std::span<const double> a, std::span<const double> b, const Bootstrap& options = {});

/// The mean of a minus the mean of b; each side is drawn for itself.
[[nodiscard]] Estimate bootstrap_group_difference(std::span<const double> a, std::span<const double> b, const Bootstrap& options = {});

/// The mean of a over the mean of b; the pairs are drawn. Throws where b's mean is 0.
[[nodiscard]] Estimate bootstrap_ratio(std::span<const double> a, std::span<const double> b, const Bootstrap& options = {});

}  // namespace zf
