#pragma once

#include <cstddef>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace zf {

/// A file of a result's folder.
struct OutputFile {
  std::string name;
  std::vector<std::byte> bytes;
};

[[nodiscard]] OutputFile text_file(std::string name, std::string_view text);
/// As to_text() gives it, indented for people.
[[nodiscard]] OutputFile json_file(std::string name, const nlohmann::ordered_json& json);

/// Makes the folder where it is missing, and writes each file whole or not at all.
void write_files(const std::filesystem::path& folder, std::span<const OutputFile> files);

}  // namespace zf
