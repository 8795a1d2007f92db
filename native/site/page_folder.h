#pragma once

#include <cstddef>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace zf {

/// The file in a photo's folder that says what it was made from.
inline constexpr const char* kPageMark = "made_from.json";

/// A photo's folder in a site, which appears whole or not at all: its files are written under a hidden name beside it and flushed to the
/// disk, then the folder gets its name. Its mark says what it was made from. Destroyed before commit(), it leaves nothing behind.
class PageFolder {
 public:
  /// Throws where something that is no photo's page has the name.
  explicit PageFolder(const std::filesystem::path& path);
  PageFolder(const PageFolder&) = delete;
  PageFolder& operator=(const PageFolder&) = delete;
  ~PageFolder();

  void write(const std::string& name, std::span<const std::byte> bytes);
  /// Writes the mark and replaces an earlier page.
  void commit(const nlohmann::ordered_json& mark);

 private:
  std::filesystem::path path_;
  std::filesystem::path beside_;
};

/// The mark of a finished folder; nothing where there is none.
[[nodiscard]] std::optional<nlohmann::ordered_json> read_mark(const std::filesystem::path& folder);

}  // namespace zf
