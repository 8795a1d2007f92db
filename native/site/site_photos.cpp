#include "native/site/site_photos.h"

#include <fmt/format.h>

#include <set>

#include "core/data/photo_list.h"
#include "core/io/fingerprint.h"
#include "core/report/story_files.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

namespace fs = std::filesystem;

/// The path as it is, without links, "." and "..", and whether it exists or not.
fs::path resolved(const fs::path& path) {
  const fs::path full = fs::weakly_canonical(fs::absolute(path));
  return full.has_filename() ? full : full.parent_path();
}

bool is_in(const fs::path& path, const fs::path& folder) {
  const fs::path way = path.lexically_relative(folder);
  return !way.empty() && *way.begin() != "..";
}

/// An input's last part: "photos" of "../photos/".
std::string name_of(const fs::path& input) {
  const std::string name = resolved(input).filename().string();
  return name.empty() ? "photos" : name;
}

void add_folder(const std::string& folder, const std::string& prefix, const fs::path& site, SitePhotos& found, Fingerprint& hash) {
  const PhotoList list = list_photos(folder);
  hash.add(list.fingerprint);
  const fs::path root = resolved(list.folder);
  if (root == site || is_in(root, site / "photos")) fail("{}: expected --out to be another folder than the photos'", folder);
  const fs::path way = is_in(site, root) ? site.lexically_relative(root) : fs::path();
  const auto is_made = [&](const fs::path& name) { return !way.empty() && is_in(name, way); };
  for (const std::string& name : list.names) {
    if (!is_made(name)) found.photos.push_back({fs::path(list.folder) / name, prefix + name});
  }
  for (const Skipped& one : list.skipped) {
    if (!is_made(fs::path(one.path).lexically_relative(list.folder))) found.skipped.push_back(one);
  }
}

}  // namespace

SitePhotos list_site_photos(const std::vector<std::string>& inputs, const fs::path& site) {
  const fs::path out = resolved(site);
  SitePhotos found;
  Fingerprint hash;
  std::set<std::string> taken;
  for (const std::string& input : inputs) {
    const std::string name = unique_name(name_of(input), taken);
    if (!is_photo_folder(input)) {
      found.photos.push_back({input, name});
    } else {
      add_folder(input, inputs.size() == 1 ? "" : name + '/', out, found, hash);
    }
  }
  for (const SitePhoto& photo : found.photos) hash.add(photo.name);
  found.fingerprint = hash.text();
  return found;
}

}  // namespace zf
