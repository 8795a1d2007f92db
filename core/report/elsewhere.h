#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "core/figures/picture.h"
#include "core/io/atlas.h"
#include "core/io/image.h"

namespace zf {

/// The atlas `path` or, where that is empty, the one beside the model's file; null where none lies there. `fingerprint` gives the model's
/// fingerprint(). Throws where the atlas is of another model.
[[nodiscard]] std::unique_ptr<Atlas> find_atlas(const std::filesystem::path& path, const std::filesystem::path& model,
                                                const std::function<std::string()>& fingerprint);

/// A map's projections in the atlas's photos, for OcclusionStory::elsewhere; empty where the atlas does not hold its layer.
[[nodiscard]] Picture draw_elsewhere(Atlas& atlas, const ImageDecoder& decoder, const std::string& layer, int map);

}  // namespace zf
