#include "core/analysis/statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "core/data/random.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

void check_values(std::span<const double> values, std::size_t least, const char* what) {
  if (values.size() < least) fail("{}: expected at least {} values, found {}", what, least, values.size());
  for (const double value : values) {
    if (!std::isfinite(value)) fail("{}: expected finite values, found {}", what, value);
  }
}

void check_pairs(std::span<const double> x, std::span<const double> y, std::size_t least, const char* what) {
  if (x.size() != y.size()) fail("{}: expected pairs, found {} and {} values", what, x.size(), y.size());
  check_values(x, least, what);
  check_values(y, least, what);
}

double plain_mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double mean_of(std::span<const double> values, std::span<const std::size_t> subjects) {
  double sum = 0;
  for (const std::size_t i : subjects) sum += values[i];
  return sum / static_cast<double>(subjects.size());
}

/// Of ascending values.
double sorted_quantile(std::span<const double> values, double fraction) {
  const double at = fraction * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (at - static_cast<double>(below)) * (values[above] - values[below]);
}

using Subjects = std::vector<std::size_t>;

/// A statistic of several groups, whose subjects are drawn each for itself.
template <typename GroupStatistic>
Estimate bootstrap_groups(std::span<const std::size_t> counts, const GroupStatistic& statistic, const Bootstrap& options) {
  if (options.draws < 1) fail("bootstrap: expected at least one draw, found {}", options.draws);
  if (!(options.level > 0 && options.level < 1)) fail("bootstrap: expected a level between 0 and 1, found {}", options.level);
  std::vector<Subjects> groups;
  for (const std::size_t count : counts) {
    if (count == 0) fail("bootstrap: expected at least one subject, found none");
    groups.emplace_back(count);
    std::iota(groups.back().begin(), groups.back().end(), std::size_t{0});
  }
  Estimate estimate;
  estimate.value = statistic(groups);
  check_values({&estimate.value, 1}, 1, "bootstrap");
  std::vector<double> drawn(static_cast<std::size_t>(options.draws));
  for (std::size_t draw = 0; draw < drawn.size(); ++draw) {
    Random random(options.seed, RandomUse::kBootstrap, draw);
    for (Subjects& group : groups) {
      for (std::size_t& subject : group) subject = static_cast<std::size_t>(random.below(group.size()));
    }
    drawn[draw] = statistic(groups);
  }
  check_values(drawn, 1, "bootstrap");
  std::sort(drawn.begin(), drawn.end());
  estimate.low = sorted_quantile(drawn, (1 - options.level) / 2);
  estimate.high = sorted_quantile(drawn, (1 + options.level) / 2);
  return estimate;
}

std::vector<double> sorted(std::span<const double> values) {
  std::vector<double> result(values.begin(), values.end());
  std::sort(result.begin(), result.end());
  return result;
}

}  // namespace

double mean(std::span<const double> values) {
  check_values(values, 1, "mean");
  return plain_mean(values);
}

double median(std::span<const double> values) {
  check_values(values, 1, "median");
  return sorted_quantile(sorted(values), 0.5);
}

double standard_deviation(std::span<const double> values) {
  check_values(values, 2, "standard deviation");
  const double centre = plain_mean(values);
  double sum = 0;
  for (const double value : values) sum += (value - centre) * (value - centre);
  return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

std::vector<double> ranks(std::span<const double> values) {
  check_values(values, 1, "ranks");
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> result(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t end = first + 1;
    while (end < order.size() && values[order[end]] == values[order[first]]) ++end;
    for (std::size_t i = first; i < end; ++i) result[order[i]] = static_cast<double>(first + end + 1) / 2;
    first = end;
  }
  return result;
}

std::optional<double> correlation(std::span<const double> x, std::span<const double> y) {
  check_pairs(x, y, 2, "correlation");
  const auto is_constant = [](std::span<const double> values) {
    return std::all_of(values.begin(), values.end(), [&](double value) { return value == values.front(); });
  };
  if (is_constant(x) || is_constant(y)) return std::nullopt;
  const double mean_x = plain_mean(x);
  const double mean_y = plain_mean(y);
  double xx = 0;
  double yy = 0;
  double xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    yy += (y[i] - mean_y) * (y[i] - mean_y);
    xy += (x[i] - mean_x) * (y[i] - mean_y);
  }
  const double scale = std::sqrt(xx) * std::sqrt(yy);
  if (!(scale > 0)) return std::nullopt;
  return std::clamp(xy / scale, -1.0, 1.0);
}

std::optional<double> rank_correlation(std::span<const double> x, std::span<const double> y) {
  check_pairs(x, y, 2, "rank correlation");
  return correlation(ranks(x), ranks(y));
}

std::optional<double> linearity(std::span<const double> x, std::span<const double> y) {
  const std::optional<double> r = correlation(x, y);
  return r ? std::optional(*r * *r) : std::nullopt;
}

std::vector<double> differences(std::span<const double> a, std::span<const double> b) {
  check_pairs(a, b, 0, "differences");
  std::vector<double> result(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) result[i] = a[i] - b[i];
  return result;
}

double quantile(std::span<const double> values, double fraction) {
  check_values(values, 1, "quantile");
  if (!(fraction >= 0 && fraction <= 1)) fail("quantile: expected a fraction of 0 to 1, found {}", fraction);
  return sorted_quantile(sorted(values), fraction);
}

Estimate bootstrap(std::size_t count, const Statistic& statistic, const Bootstrap& options) {
  const auto of_one = [&](std::span<const Subjects> groups) { return statistic(groups.front()); };
  return bootstrap_groups(std::array{count}, of_one, options);
}

Estimate bootstrap_mean(std::span<const double> values, const Bootstrap& options) {
  check_values(values, 1, "mean");
  return bootstrap(
      values.size(), [&](std::span<const std::size_t> subjects) { return mean_of(values, subjects); }, options);
}

Estimate bootstrap_difference(std::span<const double> a, std::span<const double> b, const Bootstrap& options) {
  return bootstrap_mean(differences(a, b), options);
}

Estimate bootstrap_group_difference(std::span<const double> a, std::span<const double> b, const Bootstrap& options) {
  check_values(a, 1, "difference");
  check_values(b, 1, "difference");
  const auto difference = [&](std::span<const Subjects> groups) { return mean_of(a, groups[0]) - mean_of(b, groups[1]); };
  return bootstrap_groups(std::array{a.size(), b.size()}, difference, options);
}

Estimate bootstrap_ratio(std::span<const double> a, std::span<const double> b, const Bootstrap& options) {
  check_pairs(a, b, 1, "ratio");
  const auto ratio = [&](std::span<const std::size_t> subjects) {
    const double below = mean_of(b, subjects);
    if (below == 0) fail("ratio: expected a mean other than 0 to divide by");
    return mean_of(a, subjects) / below;
  };
  return bootstrap(a.size(), ratio, options);
}

}  // namespace zf
