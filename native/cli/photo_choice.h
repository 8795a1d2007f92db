#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "core/data/dataset.h"
#include "native/cli/skipped.h"

namespace zf::cli {

/// The photos of an experiment: files, or some of a data folder.
struct PhotoOptions {
  std::string data;
  int count = 100;
};

/// Adds --data, --count and --max-megapixels.
void add_photo_options(CLI::App& command, PhotoOptions& options);

struct ChosenPhotos {
  std::vector<Sample> photos;  ///< those that can be read
  SkippedPhotos skipped;
  bool named = false;  ///< on the command line

  /// Names what was skipped at the end of a command: throws where it was named, so that the exit status tells.
  void report() const;
};

/// Some of a folder's photos, none of them opened yet.
struct PhotoSpread {
  std::vector<std::string> paths;
  SkippedPhotos skipped;    ///< other files of the folder
  std::string fingerprint;  ///< of the folder's photos, see PhotoList
};

/// `count` of the photos of `data` (list_photos), evenly spaced through all of them.
[[nodiscard]] PhotoSpread spread_photos(const PhotoOptions& options);

/// The photo with its class's number, -1 where its folder is named after none. Throws where it cannot be read.
[[nodiscard]] Sample labelled_photo(const std::string& path, const std::vector<std::string>& classes);

/// The files, or `count` of the photos of `data` (list_photos), evenly spaced through all of them. A label is the class after which the
/// photo's folder is named, -1 where it is named after none of `classes`. None where neither is given. Throws where both are.
[[nodiscard]] ChosenPhotos choose_photos(const PhotoOptions& options, const std::vector<std::string>& files,
                                         const std::vector<std::string>& classes, const std::string& command);

}  // namespace zf::cli
