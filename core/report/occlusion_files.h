#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/report/occlusion_figure.h"
#include "core/report/output_file.h"

namespace zf {

/// places_json, {"class", "clean": {"p", "activation"}, "lowest": {"p", "y", "x"}, "places"}: in short, what a covered square does.
[[nodiscard]] nlohmann::ordered_json occlusion_json(const OcclusionStory& story);

/// A line a place: y, x, probability of the class, most probable class, activation of the watched map.
[[nodiscard]] std::string occlusion_csv(const OcclusionStory& story);

/// occlusion.png, occlusion.csv, places.json; probability.npy, label.npy and activation.npy, a value a place; probability_pixels.npy and
/// activation_pixels.npy, a value a pixel of the input.
[[nodiscard]] std::vector<OutputFile> occlusion_files(const OcclusionStory& story);

}  // namespace zf
