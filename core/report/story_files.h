#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/report/artwork.h"
#include "core/report/output_file.h"
#include "core/report/story.h"

namespace zf {

/// The files of a photo's folder: photo.png and prediction.json; LAYER_grid.png with LAYER.npy, the maps (1, C, h, w), for
/// every layer; LAYER_projections.png with LAYER_projections.json, map, place, activation and field on the photo, for every
/// layer that has units.
[[nodiscard]] std::vector<OutputFile> story_files(const Story& story, const Artwork& artwork);

/// The name, or where it is taken the first of name-2, name-3, ... that is not; taken from now on.
[[nodiscard]] std::string unique_name(const std::string& name, std::set<std::string>& taken);

/// A folder's name for every photo: its file name without the extension, made unique by -2, -3, ...
[[nodiscard]] std::vector<std::string> folder_names(std::span<const std::string> paths);

}  // namespace zf
