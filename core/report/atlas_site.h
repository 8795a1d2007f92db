#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/io/atlas.h"
#include "core/io/image.h"

namespace zf {

// A static, offline site about a model, from its atlas: index.html, a page a layer with an anchor a map (conv5.html#map-17),
// and one JPEG a map beside them. No script, nothing loaded from elsewhere.

/// The network, its layers and their strongest maps.
[[nodiscard]] std::string atlas_index_html(const Atlas& atlas);

/// All maps of a layer with their numbers.
[[nodiscard]] std::string atlas_layer_html(const Atlas& atlas, const std::string& layer);

/// "conv5.html", "conv5" and "conv5/17.jpg"; names that would make no file name become the layer's number.
[[nodiscard]] std::string atlas_page_name(const Atlas& atlas, const std::string& layer);
[[nodiscard]] std::string atlas_folder_name(const Atlas& atlas, const std::string& layer);
[[nodiscard]] std::string atlas_sheet_name(const Atlas& atlas, const std::string& layer, int map);

/// A map's projections, and patches where the atlas has them, as JPEG.
[[nodiscard]] std::vector<std::byte> atlas_sheet(Atlas& atlas, const ImageDecoder& decoder, const std::string& layer, int map);

/// Writes all of them into a folder, file by file, the index last; after each map tells the part that is done (0-1) and the layer.
void write_atlas_site(Atlas& atlas, const ImageDecoder& decoder, const std::filesystem::path& folder,
                      const std::function<void(double, const std::string&)>& progress);

}  // namespace zf
