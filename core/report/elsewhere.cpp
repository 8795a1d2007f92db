#include "core/report/elsewhere.h"

#include <algorithm>

#include "core/report/atlas_figure.h"

namespace zf {

std::unique_ptr<Atlas> find_atlas(const std::filesystem::path& path, const std::filesystem::path& model,
                                  const std::function<std::string()>& fingerprint) {
  const std::filesystem::path found = path.empty() ? atlas_beside(model) : path;
  if (path.empty() && !std::filesystem::exists(found)) return nullptr;
  auto atlas = std::make_unique<Atlas>(found);
  atlas->check_model(fingerprint());
  return atlas;
}

Picture draw_elsewhere(Atlas& atlas, const ImageDecoder& decoder, const std::string& layer, int map) {
  constexpr int kSide = 100;
  const auto& layers = atlas.layers();
  const bool held = std::any_of(layers.begin(), layers.end(), [&](const AtlasLayer& l) { return l.name == layer; });
  return held ? draw_atlas_map(atlas, decoder, layer, map, kSide) : Picture{};
}

}  // namespace zf
