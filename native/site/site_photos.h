#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/data/photo_files.h"

namespace zf {

/// A photo of a site.
struct SitePhoto {
  std::filesystem::path file;
  std::string name;  ///< its page's, with '/'; no other photo of the site has it
};

struct SitePhotos {
  std::vector<SitePhoto> photos;
  std::vector<Skipped> skipped;
  std::string fingerprint;  ///< of the photos' names, and of the sizes of those in folders
};

/// The photos of the folders of `inputs` (list_photos), and the other inputs themselves, in their order. Photos are named relative to the
/// folder; where there are several inputs, their names stand first, with -2, -3, ... where two are the same. What lies in the site itself
/// is no photo. Throws where a folder cannot be read, or is the site or a part of it.
[[nodiscard]] SitePhotos list_site_photos(const std::vector<std::string>& inputs, const std::filesystem::path& site);

}  // namespace zf
