#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/analysis/comparison_claims.h"
#include "core/viewer/host.h"
#include "core/viewer/views.h"
#include "core/viewer/worker.h"

namespace zf::viewer {

/// One model's side of a comparison.
struct ComparedModel {
  ModelProfile profile;
  ProfileClaims claims;
  Sheet filters;      ///< of the first layer, a tile a filter, each on a scale of its own
  Sheet projections;  ///< what excites each map of the second layer most, likewise; without tiles where there are no photos
};

/// Fig. 6 for two models.
struct ComparisonView {
  ComparisonOptions options;
  std::vector<ComparedModel> models;  ///< the second one follows later
};

struct ComparisonWish {
  std::string first;   ///< path of the open model
  std::string second;  ///< path of the other
  std::vector<std::string> photos;
  std::size_t memory = std::size_t{64} << 20U;  ///< bytes of photos to keep for the second model; others are read again
  friend bool operator==(const ComparisonWish&, const ComparisonWish&) = default;
};

/// Measures the open model, then the second one, on all photos that can be read. Delivers after each.
[[nodiscard]] Worker::Maker comparison_job(const Host& host, const ModelView& first, const ComparisonWish& wish,
                                           std::function<void(ComparisonView)> done);

}  // namespace zf::viewer
