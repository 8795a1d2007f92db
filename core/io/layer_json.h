#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/nn/layer.h"

namespace zf {

/// A layer as it stands in a model file, its inputs by the names of `layers`, which hold it; left out where it reads the layer before.
[[nodiscard]] nlohmann::json layer_to_json(const Layer& layer, const std::vector<Layer>& layers);

/// A layer behind those `below` it. Errors start with `where`.
[[nodiscard]] Layer layer_from_json(const nlohmann::json& value, const std::vector<Layer>& below, const std::string& where);

}  // namespace zf
