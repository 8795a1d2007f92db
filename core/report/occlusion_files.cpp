#include "core/report/occlusion_files.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/io/csv.h"
#include "core/io/json_fields.h"
#include "core/nn/prediction.h"
#include "core/report/png.h"
#include "core/report/story_json.h"
#include "core/tensor/npy.h"

namespace zf {

nlohmann::ordered_json occlusion_json(const OcclusionStory& story) {
  const OcclusionMaps& maps = story.maps;
  const std::vector<float> probability = maps.probability(story.label);
  const auto lowest = std::min_element(probability.begin(), probability.end()) - probability.begin();
  nlohmann::ordered_json json = places_json(story);
  json["class"] = class_name(story.classes, story.label);
  json["clean"] = {{"p", exact_json(probabilities(maps.clean_logits)[static_cast<std::size_t>(story.label)])},
                   {"activation", exact_json(maps.clean_activation)}};
  json["lowest"] = {{"p", exact_json(probability[static_cast<std::size_t>(lowest)])},
                    {"y", maps.y[static_cast<std::size_t>(lowest / maps.columns())]},
                    {"x", maps.x[static_cast<std::size_t>(lowest % maps.columns())]}};
  json["places"] = probability.size();
  return json;
}

std::string occlusion_csv(const OcclusionStory& story) {
  const OcclusionMaps& maps = story.maps;
  const std::vector<float> probability = maps.probability(story.label);
  const std::vector<std::int32_t> most_probable = maps.most_probable();
  CsvText text({"y", "x", "probability", "most_probable", "activation"});
  for (std::size_t place = 0; place < probability.size(); ++place) {
    text.add({std::to_string(maps.y[place / maps.x.size()]), std::to_string(maps.x[place % maps.x.size()]),
              exact_json(probability[place]).dump(), class_name(story.classes, most_probable[place]),
              exact_json(maps.activation[place]).dump()});
  }
  return text.text();
}

std::vector<OutputFile> occlusion_files(const OcclusionStory& story) {
  const std::vector<int> places{story.maps.rows(), story.maps.columns()};
  const Size image{story.view.height, story.view.width};
  const std::vector<int> pixels{image.h, image.w};
  const std::vector<float> probability = story.maps.probability(story.label);
  return {{"probability.npy", encode_npy(places, probability)},
          {"label.npy", encode_npy(places, story.maps.most_probable())},
          {"activation.npy", encode_npy(places, story.maps.activation)},
          {"probability_pixels.npy", encode_npy(pixels, story.maps.per_pixel(probability, image))},
          {"activation_pixels.npy", encode_npy(pixels, story.maps.per_pixel(story.maps.activation, image))},
          json_file("places.json", places_json(story)),
          text_file("occlusion.csv", occlusion_csv(story)),
          {"occlusion.png", encode_png(draw_occlusion(story))}};
}

}  // namespace zf
