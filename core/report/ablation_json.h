#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/nn/network.h"
#include "core/report/ablation_figure.h"

namespace zf {

/// The layers of these names or, without any, all convolutions below the class scores. Throws where there is no such layer, or none at all.
[[nodiscard]] std::vector<int> layers_to_rank(const Network& network, const std::vector<std::string>& names);

/// {"class", "p", "maps", "ranking": [{"layer", "map", "drop"}]}, of the first ten maps.
[[nodiscard]] nlohmann::ordered_json ablation_json(const AblationStory& story);

}  // namespace zf
