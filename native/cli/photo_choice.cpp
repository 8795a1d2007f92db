#include "native/cli/photo_choice.h"

#include <filesystem>

#include "core/data/photo_list.h"
#include "core/tensor/error.h"
#include "native/cli/photo_reader.h"

namespace zf::cli {

namespace {

namespace fs = std::filesystem;

/// Some of a folder's photos, evenly spaced.
std::vector<std::string> spread(const PhotoOptions& options, SkippedPhotos& skipped) {
  const PhotoList list = list_photos(options.data);
  skipped.add(list.skipped);
  return list.spread(options.count);
}

}  // namespace

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
  if (!options.data.empty()) paths = spread(options, chosen.skipped);
  // Arrays are read, and refused, by the command.
  const auto can_be_read = [](const std::string& path) { return fs::path(path).extension() == ".npy" || !load_photo(path).rgb.empty(); };
  for (const std::string& path : paths) {
    if (chosen.skipped.attempt(path, [&] { return can_be_read(path); })) chosen.photos.push_back({path, folder_label(path, classes)});
  }
  return chosen;
}

}  // namespace zf::cli
