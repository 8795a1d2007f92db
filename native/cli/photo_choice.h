#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <type_traits>
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

/// Photos that are opened when their turn comes: those that cannot be read are skipped then.
struct ChosenPhotos {
  std::vector<Sample> photos;  ///< but those that could not be read
  SkippedPhotos skipped;
  bool named = false;    ///< on the command line
  std::size_t seen = 0;  ///< how many of `photos`, from the first on, were read

  /// What `decode` makes of the i-th photo that can be read, i at most `seen`; nothing where there are no more. Throws where a photo that
  /// was read before cannot be read again.
  template <typename Decode>
  auto read(std::size_t i, const Decode& decode) -> std::optional<std::invoke_result_t<Decode, const Sample&>> {
    if (i < seen) return decode(photos[i]);
    while (i < photos.size()) {
      if (auto photo = skipped.attempt(photos[i].path, [&] { return decode(photos[i]); })) {
        seen = i + 1;
        return photo;
      }
      photos.erase(photos.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return std::nullopt;
  }
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

/// The files, or `count` of the photos of `data` (list_photos), evenly spaced through all of them, none of them opened yet. A label is the
/// class after which the photo's folder is named, -1 where it is named after none of `classes`. None where neither is given. Throws where
/// both are.
[[nodiscard]] ChosenPhotos choose_photos(const PhotoOptions& options, const std::vector<std::string>& files,
                                         const std::vector<std::string>& classes, const std::string& command);

}  // namespace zf::cli
