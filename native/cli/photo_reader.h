#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>

#include "core/io/image.h"

namespace zf::cli {

/// The program's one decoder. What a person should know about a photo goes to stderr, once a photo, as a line that names it; of many photos
/// only the first are named.
[[nodiscard]] const ImageDecoder& photo_decoder();

/// Reads and decodes a photo by it. Errors name the file.
[[nodiscard]] DecodedImage read_photo(const std::filesystem::path& path);
[[nodiscard]] Image load_photo(const std::filesystem::path& path);

/// Adds --max-megapixels, once, which photo_decoder() keeps to.
void add_photo_limit(CLI::App& command);

/// Says of how many photos no note was printed, where there were too many.
void report_untold_notes();

}  // namespace zf::cli
