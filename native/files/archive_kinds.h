#pragma once

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/io/archive.h"

namespace zf {

[[nodiscard]] std::shared_ptr<const Archive> open_zip(const std::filesystem::path& path);
[[nodiscard]] std::shared_ptr<const Archive> open_tar(const std::filesystem::path& path);

/// A name as Archive::Entry has it, without what leads back to where one is or to the root.
[[nodiscard]] inline std::string entry_name(std::string_view name) {
  while (name.starts_with("./") || name.starts_with('/')) name.remove_prefix(name.starts_with("./") ? 2 : 1);
  return std::string(name);
}

/// Files of an archive with where each lies, in the order of their names; of one name the last, as who unpacks it gets it.
template <typename Place>
struct Listing {
  std::vector<Archive::Entry> entries;
  std::vector<Place> places;

  explicit Listing(std::vector<std::pair<Archive::Entry, Place>> files) {
    std::stable_sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.first.name < b.first.name; });
    for (std::size_t i = 0; i < files.size(); ++i) {
      if (i + 1 < files.size() && files[i + 1].first.name == files[i].first.name) continue;
      entries.push_back(std::move(files[i].first));
      places.push_back(std::move(files[i].second));
    }
  }
};

}  // namespace zf
