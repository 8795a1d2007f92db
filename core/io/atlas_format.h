#pragma once

#include <string>
#include <string_view>

/// Names inside an atlas file, which reader and writer share.
namespace zf::atlas_format {

inline constexpr int kVersion = 1;
inline constexpr const char* kInfoKey = "zfscope.atlas";               // metadata: JSON
inline constexpr const char* kProgressKey = "zfscope.atlas.progress";  // metadata: of an unfinished one
inline constexpr const char* kImageIndex = "images.index";             // I32 (n)
inline constexpr const char* kImageNames = "images.names";             // U8: a JSON array of n strings
inline constexpr int kPlaceFields = 3;                                 // image, y, x

// Of a layer: LAYER.values F32 (maps, top), LAYER.scales likewise, LAYER.places I32 (maps, top, 3); and of its pictures
// LAYER.projection.header U8, .sizes I32 (maps, top), .scans U8, all left out where there is none; LAYER.patch likewise.
inline std::string projection(std::string_view layer) { return std::string(layer) + ".projection"; }
inline std::string patch(std::string_view layer) { return std::string(layer) + ".patch"; }

}  // namespace zf::atlas_format
