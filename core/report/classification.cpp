#include "core/report/classification.h"

#include <nlohmann/json.hpp>

#include "core/report/story_json.h"

namespace zf {

Classification classify(std::span<const float> logits, const std::optional<KnownRule>& known, int top) {
  Classification found{{logits.begin(), logits.end()}, probabilities(logits), {}, judge(known, logits)};
  found.top = top_classes(found.probabilities, top);
  return found;
}

nlohmann::ordered_json classification_json(const Classification& found, std::span<const std::string> classes) {
  nlohmann::ordered_json top = nlohmann::ordered_json::array();
  for (const ClassScore& score : found.top)
    top.push_back({{"class", class_name(classes, score.index)}, {"index", score.index}, {"p", score.p}});
  nlohmann::ordered_json json = {{"top", top}, {"logits", found.logits}};
  json.update(knowledge_json(found.knowledge));
  return json;
}

}  // namespace zf
