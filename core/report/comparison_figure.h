#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

#include "core/analysis/comparison.h"
#include "core/analysis/comparison_claims.h"
#include "core/figures/picture.h"
#include "core/report/output_file.h"

namespace zf {

/// Which filters share a scale of brightness: each has its own, or all of a model share one (Fig. 6a: the strong ones stand out).
enum class FilterScale : std::uint8_t { kEach, kJoint };

/// All first-layer filters of every model side by side, in colour about mid grey (Fig. 6a-c).
[[nodiscard]] Picture draw_filters(std::span<const ModelProfile> models, FilterScale scale);

/// What excites each map of the second layer most, projected to pixels, of every model side by side (Fig. 6d-e). Grey tiles are
/// maps that nothing excites. Throws where no model has projections.
[[nodiscard]] Picture draw_second_layers(std::span<const ModelProfile> models);

/// The mean filter's energy by radial frequency, one line a model; dashed, what its stride can carry along an axis.
[[nodiscard]] Picture draw_spectra(std::span<const ModelProfile> models);

/// A line a filter: model, filter, rms, low, mid, high, aliased.
[[nodiscard]] std::string filters_csv(std::span<const ModelProfile> models);
/// A line a map of the first two layers: model, layer, map, strongest activation, dead.
[[nodiscard]] std::string maps_csv(std::span<const ModelProfile> models, const ComparisonOptions& options);
/// A line a model and ring: model, frequency (the ring's middle), share of energy.
[[nodiscard]] std::string spectra_csv(std::span<const ModelProfile> models);

/// Every model's numbers and every later model's differences from the first, with confidence intervals.
[[nodiscard]] nlohmann::ordered_json comparison_json(std::span<const ModelProfile> models, const ComparisonOptions& options);

/// filters.png, filters_one_scale.png, filters.csv, spectra.png, spectra.csv, where there were photos second_layers.png and maps.csv, and
/// the numbers as comparison.json.
[[nodiscard]] std::vector<OutputFile> comparison_files(std::span<const ModelProfile> models, const ComparisonOptions& options,
                                                       const nlohmann::ordered_json& json);

}  // namespace zf
