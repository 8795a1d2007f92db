#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/report/story.h"

namespace zf {

/// [{"class", "index", "p"}], best first.
[[nodiscard]] nlohmann::ordered_json top_json(const Story& story);

/// {"known", "score", "threshold"}; empty where the model has no rule.
[[nodiscard]] nlohmann::ordered_json knowledge_json(const std::optional<Knowledge>& knowledge);

/// {"top": as top_json, and the fields of knowledge_json}
[[nodiscard]] nlohmann::ordered_json answer_json(const Story& story);

/// {"image", "model", "backend", "seconds" where told, the fields of answer_json, "layers": [{"name", "type", "maps", "height", "width"}]}
[[nodiscard]] nlohmann::ordered_json prediction_json(const Story& story);

/// {"layer", "rule", "units": [{"map", "place": {"y", "x"}, "value", "rectangle": {"y", "x", "height", "width"}}]}: the place is
/// on the map; the rectangle is the receptive field in pixels of the photo, what hangs over its edge cut off.
[[nodiscard]] nlohmann::ordered_json units_json(const Story& story, const LayerStory& layer);

/// {"y", "x": where the squares' corners lie, "size", "stride", "label", "layer", "map"}
[[nodiscard]] nlohmann::ordered_json places_json(const OcclusionStory& story);

/// One line of UTF-8; names that are not UTF-8 get replacement characters.
[[nodiscard]] std::string to_text(const nlohmann::ordered_json& json, int indent = -1);

}  // namespace zf
