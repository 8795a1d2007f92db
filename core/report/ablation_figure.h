#pragma once

#include <string>
#include <vector>

#include "core/analysis/ablation.h"
#include "core/figures/picture.h"
#include "core/figures/planes.h"
#include "core/report/output_file.h"
#include "core/tensor/tensor.h"

namespace zf {

/// A map that a class misses, all its activations projected.
struct MissedMap {
  std::string layer;
  int map = 0;
  float drop = 0;
  Tensor projection;  ///< (1, C, H, W), deconvnet
};

/// What the maps of some layers are worth to one class on one photo: data only.
struct AblationStory {
  std::vector<MapDrop> drops;       ///< largest first
  std::vector<std::string> layers;  ///< the name of each of `drops`
  std::vector<MissedMap> missed;    ///< the first of them
  std::string label;                ///< the class that loses
  float p = 0;                      ///< its probability with every map there
  Channels channels = kRgb;         ///< of projections
};

/// Of a finished ranking for class `label`; the `missed` first maps are projected.
[[nodiscard]] AblationStory tell_ablation(const Net& net, const Ablation& ablation, const AblationRanking& ranking, int label,
                                          std::string name, int missed = 12);

/// Left the drops of every layer's maps, sorted; right the missed maps projected, each with its drop.
[[nodiscard]] Picture draw_ablation(const AblationStory& story);

/// A line a map: rank, layer, map and drop.
[[nodiscard]] std::string ablation_csv(const AblationStory& story);

/// ablation.csv and ablation.png.
[[nodiscard]] std::vector<OutputFile> ablation_files(const AblationStory& story);

}  // namespace zf
