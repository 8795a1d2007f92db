#include "core/figures/axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/tensor/error.h"

namespace zf {

namespace {

// Ends that miss a multiple of the step by rounding alone still count as on it.
constexpr double kSlack = 1e-9;

/// The smallest of 1, 2, 5 times a power of ten of which at most `most` lie in an interval of this width.
double nice_step(double width, int most) {
  const double least = width / std::max(most - 1, 1);
  const double power = std::pow(10.0, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= least * (1 - kSlack)) return factor * power;
  }
  return 10 * power;
}

/// "2e-05" as "2e-5"
std::string scientific(double value) {
  std::string text = fmt::format("{:.3g}", value);
  const std::size_t e = text.find('e');
  if (e == std::string::npos) return text;
  const std::size_t digits = e + 2;
  const std::size_t first = std::min(text.find_first_not_of('0', digits), text.size() - 1);
  text.erase(digits, first - digits);
  if (text[e + 1] == '+') text.erase(e + 1, 1);
  return text;
}

}  // namespace

std::vector<double> nice_ticks(const Interval& interval, int most) {
  const double width = interval.high - interval.low;
  if (!(std::isfinite(width) && width > 0)) fail("expected an axis from low to high, found {} to {}", interval.low, interval.high);
  const double step = nice_step(width, std::max(most, 2));
  const double first = std::ceil(interval.low / step - kSlack);
  const double last = std::floor(interval.high / step + kSlack);
  std::vector<double> ticks;
  for (double k = first; k <= last; ++k) ticks.push_back(k * step + 0.0);  // + 0: never "-0"
  return ticks;
}

Interval nice_interval(const std::vector<double>& values, int most_ticks) {
  Interval found{0, 0};
  bool any = false;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    found = any ? Interval{std::min(found.low, value), std::max(found.high, value)} : Interval{value, value};
    any = true;
  }
  if (!any) return {0, 1};
  if (found.low == found.high) {
    const double room = found.low == 0 ? 1 : std::abs(found.low) / 10;
    found = {found.low - room, found.high + room};
  }
  const double step = nice_step(found.high - found.low, std::max(most_ticks, 2));
  return {std::floor(found.low / step + kSlack) * step, std::ceil(found.high / step - kSlack) * step};
}

std::vector<std::string> tick_labels(const std::vector<double>& ticks) {
  double largest = 0;
  for (const double tick : ticks) largest = std::max(largest, std::abs(tick));
  std::vector<std::string> labels;
  if (largest >= 1e6 || (largest > 0 && largest < 1e-3)) {
    for (const double tick : ticks) labels.push_back(scientific(tick));
    return labels;
  }
  const auto exact = [&](int decimals) {
    const double power = std::pow(10.0, decimals);
    return std::all_of(ticks.begin(), ticks.end(), [&](double t) { return std::abs(std::round(t * power) / power - t) <= 1e-6 * largest; });
  };
  int decimals = 0;
  while (decimals < 6 && !exact(decimals)) ++decimals;
  for (const double tick : ticks) labels.push_back(fmt::format("{:.{}f}", tick, decimals));
  for (std::string& label : labels) {
    if (label.front() == '-') label.replace(0, 1, "−");
  }
  return labels;
}

}  // namespace zf
