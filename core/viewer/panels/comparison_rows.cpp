#include "core/viewer/panels/comparison_rows.h"

#include <fmt/format.h>

#include <array>
#include <functional>
#include <utility>

namespace zf::viewer {

namespace {

ComparisonRow::Value in_words(const Estimate& estimate, double unit, const char* sign) {
  return {fmt::format("{:.1f}{}", unit * estimate.value, sign), fmt::format("[{:.1f}, {:.1f}]", unit * estimate.low, unit * estimate.high)};
}

}  // namespace

std::vector<ComparisonRow> comparison_rows(const ComparisonView& view) {
  std::vector<ComparisonRow> rows;
  const auto add = [&](std::string name, std::string meaning, double unit, const char* sign,
                       const std::function<Estimate(const ComparedModel&)>& measure) {
    ComparisonRow& row = rows.emplace_back(ComparisonRow{std::move(name), std::move(meaning), {}});
    for (const ComparedModel& model : view.models) row.values.push_back(in_words(measure(model), unit, sign));
  };
  constexpr double kPercent = 100;
  add("Low frequencies", "Energy of the first filters below 1/8 cycle per pixel.", kPercent, " %",
      [](const ComparedModel& m) { return m.claims.bands[0]; });
  add("Middle frequencies", "From 1/8 to 1/4.", kPercent, " %", [](const ComparedModel& m) { return m.claims.bands[1]; });
  add("High frequencies", "From 1/4 on.", kPercent, " %", [](const ComparedModel& m) { return m.claims.bands[2]; });
  add("Aliased", "Energy finer than the stride can carry, which comes out disguised as something coarser.", kPercent, " %",
      [](const ComparedModel& m) { return m.claims.aliased; });
  add("Dominance", "The strongest filter over the median one.", 1, "", [](const ComparedModel& m) { return m.claims.dominance; });
  constexpr std::array<const char*, 2> kOrder = {"first", "second"};
  for (std::size_t k = 0; k < view.models.front().claims.dead.size(); ++k) {
    add(fmt::format("Dead maps, {} layer", kOrder[k]),
        fmt::format("Maps that never exceed {:.0f} % of their layer's strongest activation in the open photos.",
                    kPercent * view.options.dead),
        kPercent, " %", [k](const ComparedModel& m) { return m.claims.dead[k]; });
  }
  return rows;
}

}  // namespace zf::viewer
