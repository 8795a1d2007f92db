#include "core/analysis/atlas_claims.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <numeric>
#include <set>

#include "core/tensor/error.h"

namespace zf {

namespace {

/// The folder that a photo lies in.
std::string class_of(const Atlas& atlas, int image) {
  return std::filesystem::path(atlas.image_name(image)).parent_path().filename().string();
}

/// A picture's values with mean 0 and length 1, so that correlations are products; zeros where all are equal.
std::vector<float> standardised(const Image& image) {
  std::vector<float> values(image.rgb.begin(), image.rgb.end());
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  const auto middle = static_cast<float>(sum / static_cast<double>(values.size()));
  double energy = 0;
  for (float& value : values) {
    value -= middle;
    energy += static_cast<double>(value) * value;
  }
  const auto length = static_cast<float>(std::sqrt(energy));
  for (float& value : values) value = length > 0 ? value / length : 0;
  return values;
}

/// The mean correlation of all pairs.
double likeness(const std::vector<std::vector<float>>& pictures) {
  double sum = 0;
  int pairs = 0;
  for (std::size_t a = 0; a < pictures.size(); ++a) {
    for (std::size_t b = a + 1; b < pictures.size(); ++b, ++pairs) {
      sum += std::inner_product(pictures[a].begin(), pictures[a].end(), pictures[b].begin(), 0.0);
    }
  }
  return sum / pairs;
}

double same_class(const Atlas& atlas, std::span<const AtlasItem> items) {
  std::vector<std::string> classes;
  for (const AtlasItem& item : items) classes.push_back(class_of(atlas, item.image));
  int same = 0;
  int pairs = 0;
  for (std::size_t a = 0; a < classes.size(); ++a) {
    for (std::size_t b = a + 1; b < classes.size(); ++b, ++pairs) {
      if (classes[a] == classes[b]) ++same;
    }
  }
  return static_cast<double>(same) / pairs;
}

/// How probable it is that two of the atlas's photos are of one class.
double chance(const Atlas& atlas) {
  std::set<int> images;
  for (const AtlasLayer& layer : atlas.layers()) {
    for (const AtlasItem& item : layer.items) {
      if (item.image >= 0) images.insert(item.image);
    }
  }
  std::map<std::string, double> count;
  for (const int image : images) ++count[class_of(atlas, image)];
  const auto all = static_cast<double>(images.size());
  double same = 0;
  for (const auto& [name, photos] : count) same += photos * (photos - 1);
  return all > 1 ? same / (all * (all - 1)) : 1;
}

/// The map's items that are pictures.
std::vector<AtlasItem> shown_items(const Atlas& atlas, const std::string& layer, int map) {
  const auto items = atlas.items(layer, map);
  std::vector<AtlasItem> shown;
  std::copy_if(items.begin(), items.end(), std::back_inserter(shown), [](const AtlasItem& item) { return item.value > 0; });
  return shown;
}

std::optional<AtlasLayerClaims> layer_claims(Atlas& atlas, const ImageDecoder& decoder, const AtlasLayer& layer, bool classes) {
  std::vector<double> same;
  std::vector<double> projections;
  std::vector<double> patches;
  for (int map = 0; map < layer.maps; ++map) {
    const std::vector<AtlasItem> items = shown_items(atlas, layer.name, map);
    if (items.size() < 2) continue;
    std::vector<std::vector<float>> shown;
    std::vector<std::vector<float>> seen;
    for (int rank = 0; rank < static_cast<int>(items.size()); ++rank) {
      shown.push_back(standardised(decoder.decode(atlas.projection(layer.name, map, rank), "projection").image));
      seen.push_back(standardised(decoder.decode(atlas.patch(layer.name, map, rank), "patch").image));
    }
    projections.push_back(likeness(shown));
    patches.push_back(likeness(seen));
    same.push_back(same_class(atlas, items));
  }
  if (projections.size() < 2) return std::nullopt;
  AtlasLayerClaims claims;
  claims.layer = layer.name;
  claims.maps = projections.size();
  if (classes) claims.same_class = bootstrap_mean(same);
  claims.projections = bootstrap_mean(projections);
  claims.patches = bootstrap_mean(patches);
  claims.projections_minus_patches = bootstrap_mean(differences(projections, patches));
  return claims;
}

}  // namespace

AtlasClaims atlas_claims(Atlas& atlas, const ImageDecoder& decoder) {
  if (!atlas.info().patches) fail("claims: expected an atlas with patches, found one that was mined without them");
  AtlasClaims claims;
  claims.chance = chance(atlas);
  for (const AtlasLayer& layer : atlas.layers()) {
    if (auto numbers = layer_claims(atlas, decoder, layer, claims.chance < 1)) claims.layers.push_back(std::move(*numbers));
  }
  return claims;
}

}  // namespace zf
