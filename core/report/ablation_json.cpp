#include "core/report/ablation_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/analysis/conv_output.h"
#include "core/io/json_fields.h"
#include "core/tensor/error.h"

namespace zf {

std::vector<int> layers_to_rank(const Network& network, const std::vector<std::string>& names) {
  std::vector<int> layers;
  for (const std::string& name : names) layers.push_back(find_layer(network, name));
  if (!layers.empty()) return layers;
  for (const ConvOutput& output : conv_outputs(network)) {
    if (output.layer < logits_layer(network)) layers.push_back(output.layer);
  }
  if (layers.empty()) fail("ablate: expected convolutions below the class scores of {}, found none; name others", network.name);
  return layers;
}

nlohmann::ordered_json ablation_json(const AblationStory& story) {
  constexpr std::size_t kShown = 10;
  nlohmann::ordered_json ranking = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < std::min(kShown, story.drops.size()); ++i) {
    const MapDrop& drop = story.drops[i];
    ranking.push_back({{"layer", story.layers[i]}, {"map", drop.map}, {"drop", exact_json(drop.drop)}});
  }
  return {{"class", story.label}, {"p", exact_json(story.p)}, {"maps", story.drops.size()}, {"ranking", ranking}};
}

}  // namespace zf
