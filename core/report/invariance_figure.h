#pragma once

#include <array>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "core/analysis/invariance.h"
#include "core/analysis/invariance_claims.h"
#include "core/figures/picture.h"
#include "core/report/output_file.h"

namespace zf {

/// What Fig. 5 shows.
struct InvarianceStory {
  std::array<std::string, 2> layers;  ///< as a viewer calls them, such as "layer 1 (norm1)"
  std::array<std::vector<double>, kAxes> amounts;
  std::vector<InvarianceRecord> records;
  std::vector<std::string> classes;
};

/// Fig. 5: a row each for the distance at either layer and the followed class's probability, a column for each axis that was
/// measured. One line a photo; beyond eight photos thin lines and their mean. Throws where there is no photo.
[[nodiscard]] Picture draw_invariance(const InvarianceStory& story);

/// All points: image, class, axis, amount, both distances, both distances over the length of the photo's feature vector,
/// probability, most probable class.
[[nodiscard]] std::string invariance_csv(const InvarianceStory& story);

/// The claims as numbers, every one with its confidence interval.
[[nodiscard]] nlohmann::ordered_json invariance_json(const InvarianceStory& story, const InvarianceClaims& claims);

/// invariance.png, invariance.csv, and the numbers as invariance.json.
[[nodiscard]] std::vector<OutputFile> invariance_files(const InvarianceStory& story, const nlohmann::ordered_json& json);

}  // namespace zf
