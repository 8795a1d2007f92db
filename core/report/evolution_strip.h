#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/analysis/evolution.h"
#include "core/figures/picture.h"

namespace zf {

/// One map through the epochs, a value a snapshot.
struct StripMap {
  int map = 0;
  std::vector<float> activation;   ///< the strongest over the data; 0: not active
  std::vector<double> similarity;  ///< cosine with the projection of the snapshot before; 0 at the first
  std::vector<bool> takes_lead;    ///< another photo than at the snapshot before
};

/// One layer; what LayerEvolution says, and where its projections stand.
struct StripLayer {
  std::string name;
  Size field;  ///< pixels of the input that a unit sees
  Size cell;   ///< of a projection in the picture; smaller than the field where that is large
  int top = 0;
  std::vector<StripMap> maps;
  std::vector<double> same_photo;  ///< part of all maps whose strongest photo stayed the same; 0 at the first
  std::vector<double> similarity;  ///< mean of the maps'
  float settled = 0;               ///< mean epoch since which the strongest photo stays the same
};

/// Fig. 4 to page through: projections of some maps of every layer at every epoch of a training run, without the photos.
struct EvolutionStrip {
  std::int64_t images = 0;  ///< photos that were looked at
  std::vector<int> epochs;  ///< rising
  std::vector<StripLayer> layers;
  Picture picture;  ///< the projections without gaps and labels, a column an epoch and a row a map, layer below layer

  /// Where the projection of the `map`-th map of a layer at the `epoch`-th snapshot stands in the picture.
  [[nodiscard]] Rect cell(const StripLayer& layer, std::size_t map, std::size_t epoch) const;
};

/// Of a finished job. Cells whose longer side would have more than `most_side` pixels are shrunk to it; each is on a scale of its own.
[[nodiscard]] EvolutionStrip evolution_strip(const EvolutionJob& job, int most_side);

/// All but the picture, as JSON.
[[nodiscard]] std::string strip_json(const EvolutionStrip& strip);
/// The inverse. Throws an Error that starts with `name` where something is missing, of the wrong size, or outside the picture.
[[nodiscard]] EvolutionStrip read_strip(std::string_view text, Picture picture, const std::string& name);

/// The whole strip with epochs, maps and activations written to it, layer below layer.
[[nodiscard]] Picture draw_strip(const EvolutionStrip& strip);

}  // namespace zf
