#include "native/cli/photo_choice.h"

#include <utility>

#include "core/data/photo_list.h"
#include "core/tensor/error.h"
#include "native/cli/photo_reader.h"

namespace zf::cli {

PhotoSpread spread_photos(const PhotoOptions& options) {
  const PhotoList list = list_photos(options.data);
  PhotoSpread spread;
  spread.skipped.add(list.skipped);
  spread.fingerprint = list.fingerprint;
  spread.paths = list.spread(options.count);
  return spread;
}

void add_photo_options(CLI::App& command, PhotoOptions& options) {
  command.add_option("--data", options.data, "folder of photos at any depth, or with val/ or test/ in it, in place of images");
  command.add_option("--count", options.count, "photos to take from --data, evenly spaced")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  add_photo_limit(command);
}

void ChosenPhotos::report() const {
  if (named) skipped.insist(photos.size() + skipped.size());
  skipped.report(photos.size() + skipped.size());
}

ChosenPhotos choose_photos(const PhotoOptions& options, const std::vector<std::string>& files, const std::vector<std::string>& classes,
                           const std::string& command) {
  if (!options.data.empty() && !files.empty()) fail("{}: expected images or --data, found both", command);
  ChosenPhotos chosen;
  chosen.named = !files.empty();
  std::vector<std::string> paths = files;
  if (!options.data.empty()) {
    PhotoSpread spread = spread_photos(options);
    paths = std::move(spread.paths);
    chosen.skipped = std::move(spread.skipped);
  }
  for (std::string& path : paths) {
    const int label = folder_label(path, classes);
    chosen.photos.push_back({std::move(path), label});
  }
  return chosen;
}

}  // namespace zf::cli
