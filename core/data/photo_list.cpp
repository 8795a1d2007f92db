#include "core/data/photo_list.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "core/io/fingerprint.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

namespace fs = std::filesystem;

/// The photos to look at where labels are not needed: a data set's validation photos, or all.
fs::path part_of(const fs::path& data) {
  const fs::path folder = photo_root(data);
  for (const char* const name : {"val", "test"}) {
    if (is_photo_folder(folder / name)) return folder / name;
  }
  return folder;
}

/// What was found in the place of photos.
std::string instead(const std::vector<Skipped>& skipped) {
  if (skipped.empty()) return {};
  return fmt::format(" but {} other file{}, such as {} ({})", skipped.size(), skipped.size() == 1 ? "" : "s", skipped.front().path,
                     skipped.front().why);
}

}  // namespace

Dataset PhotoList::dataset() const {
  Dataset dataset;
  dataset.skipped = skipped;
  for (const std::string& name : names)
    dataset.samples.push_back({(fs::path(folder) / name).string(), static_cast<int>(dataset.samples.size())});
  return dataset;
}

std::vector<std::string> PhotoList::spread(int count) const {
  const std::size_t wanted = std::min(names.size(), static_cast<std::size_t>(count));
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < wanted; ++i) paths.push_back((fs::path(folder) / names[i * names.size() / wanted]).string());
  return paths;
}

PhotoList list_photos(const std::string& folder) {
  PhotoList list;
  list.folder = part_of(folder).string();
  PhotoFiles files = find_photos(list.folder);
  if (files.photos.empty()) fail("{}: expected photos, found none{}", list.folder, instead(files.skipped));
  list.skipped = std::move(files.skipped);
  Fingerprint hash;
  for (PhotoFile& photo : files.photos) {
    hash.add(photo.name);
    hash.add(photo.size);
    list.names.push_back(std::move(photo.name));
  }
  list.fingerprint = hash.text();
  return list;
}

}  // namespace zf
