#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/analysis/evolution.h"
#include "core/figures/picture.h"
#include "core/report/output_file.h"

namespace zf {

/// Fig. 4: for every layer a row a map and a column a snapshot, each projection on a scale of its own with its activation
/// below it, the part of the photo beside it where patches were kept. A corner marks where another photo took the lead.
[[nodiscard]] Picture draw_evolution(const EvolutionJob& job);

/// Part of all maps whose strongest photo stayed the same since the snapshot before, a line a layer.
[[nodiscard]] Picture draw_settling(const EvolutionJob& job);

/// layer, map, epoch, activation, image, name, y, x, takes_lead, similarity; one line a map and snapshot. The first snapshot's
/// takes_lead and similarity are empty.
[[nodiscard]] std::string evolution_csv(const EvolutionJob& job);

/// {"images", "epochs", "layers": [{"layer", "maps", "activation", "same_photo", "similarity", "settled_epoch"}]}, lists of one
/// number a snapshot.
[[nodiscard]] nlohmann::ordered_json evolution_json(const EvolutionJob& job);

/// evolution.png, settling.png, evolution.csv, the numbers as evolution.json, and the strip that a viewer shows, evolution_strip.png and
/// .json, with cells of at most `strip_side` pixels.
[[nodiscard]] std::vector<OutputFile> evolution_files(const EvolutionJob& job, const nlohmann::ordered_json& json, int strip_side);

}  // namespace zf
