#pragma once

#include <string>
#include <vector>

#include "core/train/dataset.h"

namespace zf {

/// The files of a tree of photos, whatever its folders mean.
struct PhotoList {
  std::string folder;
  std::vector<std::string> names;  ///< relative to the folder, with '/', in the order of their bytes
  std::string fingerprint;         ///< of names and sizes: another one means that the data set has changed

  /// Every file as a sample whose label is its place in `names`.
  [[nodiscard]] Dataset dataset() const;
};

/// Lists the files below a folder, without opening them; hidden files and folders are left out. Throws where the folder is
/// missing, cannot be read or holds no file.
[[nodiscard]] PhotoList list_photos(const std::string& folder);

}  // namespace zf
