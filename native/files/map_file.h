#pragma once

#include "core/io/mapped_file.h"

namespace zf {

/// Maps a file: its pages are shared with everyone who reads it until this process writes to them. A program that replaces the file, as
/// ours do, leaves the mapping as it is. One that cuts it short takes the pages away: what reads them then ends this process with a message
/// that names the file, since there is no right result any more.
[[nodiscard]] std::shared_ptr<const MappedFile> map_file(const std::filesystem::path& path);

}  // namespace zf
