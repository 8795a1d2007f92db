#pragma once

#include <string>
#include <vector>

#include "core/data/dataset.h"

namespace zf {

/// The photos of a tree, whatever its folders mean.
struct PhotoList {
  std::string folder;              ///< the one asked for, or val/ or test/ in it
  std::vector<std::string> names;  ///< relative to the folder, with '/', in the order of their bytes
  std::string fingerprint;         ///< of names and sizes: another one means that the data set has changed
  std::vector<Skipped> skipped{};

  /// Every photo as a sample whose label is its place in `names`.
  [[nodiscard]] Dataset dataset() const;
  /// The paths of `count` of them, all where there are fewer, evenly spaced.
  [[nodiscard]] std::vector<std::string> spread(int count) const;
};

/// Lists the photos of `folder`/val, `folder`/test or, where there is neither, `folder`, as find_photos() has them. Throws where the folder
/// is missing, may not be read or holds no photo.
[[nodiscard]] PhotoList list_photos(const std::string& folder);

}  // namespace zf
