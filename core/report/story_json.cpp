#include "core/report/story_json.h"

#include <nlohmann/json.hpp>

#include "core/deconv/rules.h"
#include "core/io/json_fields.h"
#include "core/report/captions.h"

namespace zf {

nlohmann::ordered_json top_json(const Story& story) {
  nlohmann::ordered_json top = nlohmann::ordered_json::array();
  for (const ClassStory& score : story.classes) top.push_back({{"class", score.name}, {"index", score.index}, {"p", score.p}});
  return top;
}

nlohmann::ordered_json knowledge_json(const std::optional<Knowledge>& knowledge) {
  if (!knowledge) return nlohmann::ordered_json::object();
  return {{"known", knowledge->known()}, {"score", exact_json(knowledge->score)}, {"threshold", exact_json(knowledge->threshold)}};
}

nlohmann::ordered_json answer_json(const Story& story) {
  nlohmann::ordered_json answer = {{"top", top_json(story)}};
  answer.update(knowledge_json(story.knowledge));
  return answer;
}

nlohmann::ordered_json prediction_json(const Story& story) {
  nlohmann::ordered_json layers = nlohmann::ordered_json::array();
  for (const LayerStory& layer : story.layers) {
    const Shape& shape = layer.maps.shape();
    layers.push_back(
        {{"name", layer.name}, {"type", type_name(layer.source.op)}, {"maps", shape.c}, {"height", shape.h}, {"width", shape.w}});
  }
  nlohmann::ordered_json prediction = {{"image", story.image}, {"model", story.model}, {"backend", story.backend}};
  if (story.seconds > 0) prediction["seconds"] = story.seconds;
  prediction.update(answer_json(story));
  prediction["layers"] = layers;
  return prediction;
}

nlohmann::ordered_json units_json(const Story& story, const LayerStory& layer) {
  nlohmann::ordered_json units = nlohmann::ordered_json::array();
  for (const UnitStory& unit : layer.units) {
    const PixelRect field = clip(unit.field, {story.view.height, story.view.width});
    units.push_back({{"map", unit.seed.map},
                     {"place", {{"y", unit.seed.y}, {"x", unit.seed.x}}},
                     {"value", unit.seed.value},
                     {"rectangle", {{"y", field.y}, {"x", field.x}, {"height", field.h}, {"width", field.w}}}});
  }
  return {{"layer", layer.name}, {"rule", name_of(story.rule)}, {"units", units}};
}

nlohmann::ordered_json places_json(const OcclusionStory& story) {
  const OcclusionMaps& maps = story.maps;
  return {{"y", maps.y},          {"x", maps.x},          {"size", maps.size}, {"stride", maps.stride},
          {"label", story.label}, {"layer", story.layer}, {"map", story.map}};
}

std::string to_text(const nlohmann::ordered_json& json, int indent) {
  return json.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace zf
