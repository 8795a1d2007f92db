#include "native/cli/skipped.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/io/quotable.h"

namespace zf::cli {

nlohmann::ordered_json SkippedPhotos::json() const {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Skipped& photo : photos_) list.push_back({{"image", printable(photo.path)}, {"why", printable(photo.why)}});
  return list;
}

void SkippedPhotos::report(std::size_t all) const {
  constexpr std::size_t kShown = 10;
  if (photos_.empty()) return;
  fmt::print(stderr, "{} of {} files skipped:\n", photos_.size(), all);
  for (std::size_t i = 0; i < std::min(photos_.size(), kShown); ++i) {
    fmt::print(stderr, "  {}: {}\n", printable(photos_[i].path), printable(photos_[i].why));
  }
  if (photos_.size() > kShown) fmt::print(stderr, "  and {} more\n", photos_.size() - kShown);
}

void SkippedPhotos::insist(std::size_t all) const {
  if (photos_.empty()) return;
  std::string lines;
  for (const Skipped& photo : photos_) lines += fmt::format("\n  {}: {}", printable(photo.path), printable(photo.why));
  fail("{} of {} images could not be read:{}", photos_.size(), all, lines);
}

}  // namespace zf::cli
