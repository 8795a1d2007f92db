#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/io/image.h"
#include "core/io/jpeg.h"

namespace zf {

// The index of a site of photos, which works from a disk, without a server: index.html beside index.js, the program that searches
// and pages, and photos.js, the list of photos. Every photo has a folder with its page and a small picture.

inline constexpr std::string_view kPhotoPage = "index.html";
inline constexpr std::string_view kPhotoThumbnail = "thumbnail.jpg";

/// A photo that has a page.
struct PhotoEntry {
  std::string name;         ///< relative to its folder of photos, with '/'; any bytes
  std::string label;        ///< the most probable class, or words that say that there is none
  std::optional<double> p;  ///< its probability
};

struct PhotoIndex {
  std::string model;
  std::vector<PhotoEntry> photos;
  std::size_t missing = 0;  ///< photos of this site that have no page, since they cannot be read or their turn has not come
};

/// A photo's folder in the site: "photos/NAME".
[[nodiscard]] std::string photo_folder(const std::string& name);
/// The index as a link from a photo's page: "../../index.html".
[[nodiscard]] std::string photo_index_link(const std::string& name);
/// A name for people: bytes that are not UTF-8 become replacement characters.
[[nodiscard]] std::string shown_name(const std::string& name);

[[nodiscard]] std::string photo_index_html(const PhotoIndex& index);
[[nodiscard]] std::string photo_index_script();
/// `const site = {"classes": [...], "photos": [[name, URL of the folder, class, probability or null], ...]};`
[[nodiscard]] std::string photo_index_data(const PhotoIndex& index);

/// What the network sees of a photo, small, as JPEG.
[[nodiscard]] std::vector<std::byte> photo_thumbnail(const Image& view, const JpegEncoder& encode);

}  // namespace zf
