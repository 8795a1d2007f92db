#pragma once

#include <chrono>
#include <filesystem>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "native/site/site_photos.h"

namespace zf {

/// What became of a site's photos, and the index that shows it: written every now and then, so that a killed run leaves one. Any thread may
/// call it.
class SiteIndex {
 public:
  /// `photos` must outlive it. Not `shown`: of a shard, which writes no index.
  SiteIndex(std::filesystem::path site, std::string model, const std::vector<SitePhoto>& photos, bool shown = true);

  /// The photo has a page; `answer` as answer_json() gives it.
  void add(std::size_t photo, nlohmann::ordered_json answer);
  /// The photo cannot be read.
  void skip(std::size_t photo, std::string why);
  void write();

  [[nodiscard]] std::filesystem::path page() const { return site_ / "index.html"; }
  [[nodiscard]] std::size_t finished() const;
  /// The photo's answer, null where it has no page; and why it was skipped, empty where it was not.
  [[nodiscard]] std::pair<nlohmann::ordered_json, std::string> outcome(std::size_t photo) const;
  /// [{"image", "folder", the answer's fields}], in the order of the photos.
  [[nodiscard]] nlohmann::ordered_json images() const;
  /// [{"image", "why"}], likewise.
  [[nodiscard]] std::vector<Skipped> skipped() const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Entry {
    nlohmann::ordered_json answer;  ///< null where the photo has no page
    std::string why;                ///< it was skipped
  };
  void write_files();

  std::filesystem::path site_;
  std::string model_;
  const std::vector<SitePhoto>* photos_;
  bool shown_;
  mutable std::mutex mutex_;
  std::vector<Entry> entries_;  ///< one a photo
  std::size_t finished_ = 0;
  Clock::time_point written_;  ///< last
};

}  // namespace zf
