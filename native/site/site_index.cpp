#include "native/site/site_index.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "core/io/atomic_file.h"
#include "core/io/quotable.h"
#include "core/report/photo_index.h"

namespace zf {

SiteIndex::SiteIndex(std::filesystem::path site, std::string model, const std::vector<SitePhoto>& photos, bool shown)
    : site_(std::move(site)), model_(std::move(model)), photos_(&photos), shown_(shown), entries_(photos.size()), written_(Clock::now()) {}

namespace {

/// Of a photo that has a page: its most probable class, unless the model does not know it.
PhotoEntry entry_of(const std::string& name, const nlohmann::ordered_json& answer) {
  if (!answer.value("known", true)) return {name, "none that it knows", std::nullopt};
  const nlohmann::ordered_json& best = answer.at("top").at(0);
  return {name, best.at("class").get<std::string>(), best.at("p").get<double>()};
}

}  // namespace

void SiteIndex::add(std::size_t photo, nlohmann::ordered_json answer) {
  constexpr auto kBetween = std::chrono::seconds(10);
  const std::lock_guard lock(mutex_);
  entries_.at(photo).answer = std::move(answer);
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
  if (!shown_) return;
  PhotoIndex index;
  index.model = model_;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (!entries_[i].answer.is_null()) index.photos.push_back(entry_of((*photos_)[i].name, entries_[i].answer));
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

std::pair<nlohmann::ordered_json, std::string> SiteIndex::outcome(std::size_t photo) const {
  const std::lock_guard lock(mutex_);
  return {entries_.at(photo).answer, entries_.at(photo).why};
}

nlohmann::ordered_json SiteIndex::images() const {
  const std::lock_guard lock(mutex_);
  nlohmann::ordered_json images = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const SitePhoto& photo = (*photos_)[i];
    if (entries_[i].answer.is_null()) continue;
    nlohmann::ordered_json image = {{"image", printable(photo.file.string())}, {"folder", (site_ / photo_folder(photo.name)).string()}};
    image.update(entries_[i].answer);
    images.push_back(std::move(image));
  }
  return images;
}

std::vector<Skipped> SiteIndex::skipped() const {
  const std::lock_guard lock(mutex_);
  std::vector<Skipped> skipped;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (!entries_[i].why.empty()) skipped.push_back({(*photos_)[i].file.string(), entries_[i].why});
  }
  return skipped;
}

}  // namespace zf
