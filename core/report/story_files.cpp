#include "core/report/story_files.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string_view>

#include "core/report/story_json.h"
#include "core/tensor/npy.h"

namespace zf {

namespace {

std::string stem_of(std::string_view path) {
  std::string_view name = path.substr(path.find_last_of('/') + 1);
  const std::size_t dot = name.find_last_of('.');
  if (dot != std::string_view::npos && dot > 0) name = name.substr(0, dot);
  // "." and ".." are other folders.
  return name.find_first_not_of('.') == std::string_view::npos ? "photo" : std::string(name);
}

/// The layer's name as part of a file's: what a model's author may have put in that means folders is replaced.
std::string file_name_of(const std::string& layer) {
  std::string name = layer;
  for (char& c : name) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.';
    if (!plain) c = '_';
  }
  if (name.front() == '.') name.front() = '_';
  return name;
}

}  // namespace

std::string unique_name(const std::string& name, std::set<std::string>& taken) {
  std::string unique = name;
  for (int k = 2; !taken.insert(unique).second; ++k) unique = fmt::format("{}-{}", name, k);
  return unique;
}

std::vector<OutputFile> story_files(const Story& story, const Artwork& artwork) {
  constexpr int kIndent = 2;
  std::vector<OutputFile> files;
  files.push_back({"photo.png", artwork.photo.bytes});
  files.push_back(text_file("prediction.json", to_text(prediction_json(story), kIndent) + '\n'));
  std::set<std::string> taken;
  for (std::size_t i = 0; i < story.layers.size(); ++i) {
    const LayerStory& layer = story.layers[i];
    const LayerArt& art = artwork.layers.at(i);
    const std::string name = unique_name(file_name_of(layer.name), taken);
    files.push_back({name + "_grid.png", art.grid.png.bytes});
    files.push_back({name + ".npy", encode_npy(layer.maps)});
    if (layer.units.empty()) continue;
    files.push_back({name + "_projections.png", art.sheet.bytes});
    files.push_back(text_file(name + "_projections.json", to_text(units_json(story, layer), kIndent) + '\n'));
  }
  if (!artwork.occlusion.bytes.empty()) {
    const OcclusionMaps& maps = story.occlusion.maps;
    const std::vector<int> dims{maps.rows(), maps.columns()};
    files.push_back({"occlusion.png", artwork.occlusion.bytes});
    files.push_back(text_file("occlusion.json", to_text(places_json(story.occlusion), kIndent) + '\n'));
    files.push_back({"occlusion_probability.npy", encode_npy(dims, maps.probability(story.occlusion.label))});
    files.push_back({"occlusion_activation.npy", encode_npy(dims, maps.activation)});
  }
  if (!artwork.ablation.bytes.empty()) {
    files.push_back({"ablation.png", artwork.ablation.bytes});
    files.push_back(text_file("ablation.csv", ablation_csv(story.ablation)));
  }
  return files;
}

std::vector<std::string> folder_names(std::span<const std::string> paths) {
  std::vector<std::string> names;
  std::set<std::string> taken;
  for (const std::string& path : paths) names.push_back(unique_name(stem_of(path), taken));
  return names;
}

}  // namespace zf
