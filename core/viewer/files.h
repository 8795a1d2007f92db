#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace zf::viewer {

/// Whether a file's name ends as photos do that decoders read, in capitals or not.
[[nodiscard]] bool is_photo(const std::string& path);
/// Whether it ends as model files do: .safetensors, .onnx, and those of other programs, which are refused as what they are.
[[nodiscard]] bool is_model(const std::string& path);
/// Whether a file holds an atlas, as `zfscope mine` writes them. Reads its header.
[[nodiscard]] bool is_atlas(const std::string& path);
/// The models of a training run's folder, or of its "snapshots", whose names hold an epoch; empty where there are fewer than two.
[[nodiscard]] std::vector<std::string> snapshots_in(const std::string& folder);
/// Whether it ends in .csv.
[[nodiscard]] bool is_table(const std::string& path);
/// The photos of a folder, by name.
[[nodiscard]] std::vector<std::string> photos_in(const std::string& folder);
/// Whether there is a file or folder.
[[nodiscard]] bool exists(const std::string& path);
/// The path that a file:// address means: without a host's name, %20 and the like read as the bytes that they stand for. Anything else is
/// the path itself.
[[nodiscard]] std::string path_of_address(const std::string& address);
/// In a folder, a path of that name or one like it where there is nothing yet. A name that is longer than file systems take loses some of
/// its middle.
[[nodiscard]] std::filesystem::path free_path(const std::filesystem::path& folder, const std::string& name);
/// The path that still holds after a start from elsewhere.
[[nodiscard]] std::string lasting_path(const std::string& path);

}  // namespace zf::viewer
