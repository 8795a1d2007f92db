#pragma once

#include <filesystem>
#include <memory>

#include "core/io/archive.h"

namespace zf {

/// Opens a zip file (by libzip) or a tar file (listed by libarchive, then read at its files' places). Throws an Error that names the file
/// where it is neither, packed as a whole, cut short, or where this build lacks the library.
[[nodiscard]] std::shared_ptr<const Archive> open_archive(const std::filesystem::path& path);

}  // namespace zf
