// The numbers beside Fig. 6's pictures.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/io/csv.h"
#include "core/report/comparison_figure.h"
#include "core/report/estimate_json.h"

namespace zf {

namespace {

using nlohmann::ordered_json;

ordered_json bands_json(const std::array<Estimate, kBands>& bands) {
  return {{"low", estimate_json(bands[0])}, {"mid", estimate_json(bands[1])}, {"high", estimate_json(bands[2])}};
}

ordered_json model_json(const ModelProfile& model, const ComparisonOptions& options) {
  const ProfileClaims claims = profile_claims(model, options);
  const Shape& shape = model.filters.shape();
  ordered_json json{{"model", model.name},
                    {"filters", shape.n},
                    {"kernel", shape.h},
                    {"stride", model.stride},
                    {"bands", bands_json(claims.bands)},
                    {"aliased", estimate_json(claims.aliased)},
                    {"dominance", estimate_json(claims.dominance)},
                    {"photos", model.photos}};
  ordered_json dead = ordered_json::array();
  for (std::size_t k = 0; k < model.layers.size(); ++k) {
    dead.push_back({{"layer", model.layers[k].layer}, {"maps", model.layers[k].greatest.size()}, {"dead", estimate_json(claims.dead[k])}});
  }
  json["layers"] = dead;
  return json;
}

ordered_json difference_json(const ModelProfile& model, const ModelProfile& first, const ComparisonOptions& options) {
  const ProfileDifference difference = profile_difference(model, first, options);
  ordered_json dead = ordered_json::array();
  for (const Estimate& estimate : difference.dead) dead.push_back(estimate_json(estimate));
  return {{"model", model.name},
          {"minus", first.name},
          {"bands", bands_json(difference.bands)},
          {"aliased", estimate_json(difference.aliased)},
          {"dead", dead}};
}

}  // namespace

std::string filters_csv(std::span<const ModelProfile> models) {
  CsvText text({"model", "filter", "rms", "low", "mid", "high", "aliased"});
  for (const ModelProfile& model : models) {
    for (std::size_t i = 0; i < model.measures.size(); ++i) {
      const FilterMeasure& f = model.measures[i];
      text.add({model.name, fmt::format("{}", i), csv_number(f.rms), csv_number(f.bands[0]), csv_number(f.bands[1]), csv_number(f.bands[2]),
                csv_number(f.aliased)});
    }
  }
  return text.text();
}

std::string maps_csv(std::span<const ModelProfile> models, const ComparisonOptions& options) {
  CsvText text({"model", "layer", "map", "strongest", "dead"});
  for (const ModelProfile& model : models) {
    for (const MapsMeasure& maps : model.layers) {
      const float limit = dead_limit(maps.greatest, options.dead);
      for (std::size_t i = 0; i < maps.greatest.size(); ++i) {
        text.add(
            {model.name, maps.layer, fmt::format("{}", i), fmt::format("{}", maps.greatest[i]), maps.greatest[i] <= limit ? "1" : "0"});
      }
    }
  }
  return text.text();
}

std::string spectra_csv(std::span<const ModelProfile> models) {
  CsvText text({"model", "frequency", "share"});
  for (const ModelProfile& model : models) {
    for (std::size_t ring = 0; ring < kRings; ++ring) {
      text.add({model.name, csv_number(ring_middle(ring)), csv_number(mean_ring(model.measures, ring))});
    }
  }
  return text.text();
}

ordered_json comparison_json(std::span<const ModelProfile> models, const ComparisonOptions& options) {
  ordered_json profiles = ordered_json::array();
  ordered_json differences = ordered_json::array();
  for (const ModelProfile& model : models) {
    profiles.push_back(model_json(model, options));
    if (&model != &models.front()) differences.push_back(difference_json(model, models.front(), options));
  }
  return {{"dead_threshold", options.dead}, {"models", profiles}, {"differences", differences}};
}

}  // namespace zf
