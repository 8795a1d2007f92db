#pragma once

#include <string>
#include <vector>

namespace zf {

/// The two ends of an axis.
struct Interval {
  double low = 0;
  double high = 1;
};

/// Round numbers (1, 2 or 5 times a power of ten apart) inside the interval, at most `most` of them (at least 2), rising.
/// Throws where the ends are not finite or not in order.
[[nodiscard]] std::vector<double> nice_ticks(const Interval& interval, int most);

/// The smallest interval that holds the values and ends at round numbers. Values that are not finite are ignored; without any,
/// 0 to 1; where all are equal, some room around them.
[[nodiscard]] Interval nice_interval(const std::vector<double>& values, int most_ticks);

/// Numbers in the fewest digits that tell them apart, all with the same number of decimals: "0", "0.25", "0.5" become "0.00",
/// "0.25", "0.50". Beyond a million or below a thousandth, powers of ten: "2e-5".
[[nodiscard]] std::vector<std::string> tick_labels(const std::vector<double>& ticks);

}  // namespace zf
