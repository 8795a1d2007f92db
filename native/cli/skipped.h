#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/data/photo_files.h"
#include "core/tensor/error.h"

namespace zf::cli {

/// The photos that a command could not read. Work goes on without them.
class SkippedPhotos {
 public:
  /// What `read` gives; nothing where it throws, which is noted.
  template <typename Read>
  auto attempt(const std::string& photo, Read&& read) -> std::optional<decltype(read())> {
    try {
      return read();
    } catch (const Error& error) {
      add({photo, without_path(error.what(), photo)});
      return std::nullopt;
    }
  }

  void add(Skipped photo) { photos_.push_back(std::move(photo)); }
  void add(const std::vector<Skipped>& photos) { photos_.insert(photos_.end(), photos.begin(), photos.end()); }
  [[nodiscard]] std::size_t size() const { return photos_.size(); }

  /// [{"image", "why"}]
  [[nodiscard]] nlohmann::ordered_json json() const;

  /// Names them on stderr, only the first few where there are many. `all`: how many files there were.
  void report(std::size_t all) const;
  /// Throws where there are any, so that the exit status tells: for photos that were named on the command line.
  void insist(std::size_t all) const;

 private:
  std::vector<Skipped> photos_;
};

}  // namespace zf::cli
