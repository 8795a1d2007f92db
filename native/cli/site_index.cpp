#include "native/cli/site_index.h"

#include <utility>

#include "core/io/atomic_file.h"
#include "core/report/photo_index.h"

namespace zf::cli {

SiteIndex::SiteIndex(std::filesystem::path site, std::string model, const std::vector<SitePhoto>& photos)
    : site_(std::move(site)), model_(std::move(model)), photos_(&photos), entries_(photos.size()), written_(Clock::now()) {}

void SiteIndex::add(std::size_t photo, nlohmann::ordered_json top) {
  constexpr auto kBetween = std::chrono::seconds(10);
  const std::lock_guard lock(mutex_);
  entries_.at(photo).top = std::move(top);
  ++finished_;
  if (Clock::now() - written_ > kBetween) write_files();
}

void SiteIndex::skip(std::size_t photo, std::string why) {
  const std::lock_guard lock(mutex_);
  entries_.at(photo).why = std::move(why);
}

void SiteIndex::write() {
  const std::lock_guard lock(mutex_);
  write_files();
}

void SiteIndex::write_files() {
  PhotoIndex index;
  index.model = model_;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const nlohmann::ordered_json& top = entries_[i].top;
    if (top.is_null()) continue;
    index.photos.push_back({(*photos_)[i].name, top.at(0).at("class").get<std::string>(), top.at(0).at("p").get<double>()});
  }
  index.missing = entries_.size() - index.photos.size();
  write_file(site_ / "photos.js", photo_index_data(index));
  write_file(site_ / "index.js", photo_index_script());
  write_file(page(), photo_index_html(index));
  written_ = Clock::now();
}

std::size_t SiteIndex::finished() const {
  const std::lock_guard lock(mutex_);
  return finished_;
}

nlohmann::ordered_json SiteIndex::images() const {
  const std::lock_guard lock(mutex_);
  nlohmann::ordered_json images = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const SitePhoto& photo = (*photos_)[i];
    if (entries_[i].top.is_null()) continue;
    images.push_back({{"image", photo.file.string()}, {"folder", (site_ / photo_folder(photo.name)).string()}, {"top", entries_[i].top}});
  }
  return images;
}

nlohmann::ordered_json SiteIndex::skipped() const {
  const std::lock_guard lock(mutex_);
  nlohmann::ordered_json skipped = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (!entries_[i].why.empty()) skipped.push_back({{"image", (*photos_)[i].file.string()}, {"why", entries_[i].why}});
  }
  return skipped;
}

}  // namespace zf::cli
