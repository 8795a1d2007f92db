#pragma once

#include <filesystem>

namespace zf::app {

/// Where assets lie: beside the program's own folder once installed, wherever that was moved to, else in the sources.
[[nodiscard]] std::filesystem::path assets_folder();
/// Sample photos that scripts/photos fetched or the package brought; may not exist.
[[nodiscard]] std::filesystem::path photos_folder();
/// Where pictures are saved: the user's folder of pictures, else of downloads, else the home or working folder.
[[nodiscard]] std::filesystem::path pictures_folder();
/// The file that keeps the program's state, as the XDG base directories say.
[[nodiscard]] std::filesystem::path state_file();

}  // namespace zf::app
