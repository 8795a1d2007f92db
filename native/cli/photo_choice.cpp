#include "native/cli/photo_choice.h"

#include <algorithm>
#include <filesystem>

#include "core/nn/prediction.h"
#include "core/tensor/error.h"

namespace zf::cli {

namespace {

int label_of(const std::string& path, const std::vector<std::string>& classes) {
  return find_class(classes, std::filesystem::path(path).parent_path().filename().string());
}

}  // namespace

void add_photo_options(CLI::App& command, PhotoOptions& options) {
  command.add_option("--data", options.data, "folder with val/CLASS/* (or test/), in place of images");
  command.add_option("--count", options.count, "photos to take from --data, evenly spaced")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
}

std::vector<Sample> choose_photos(const PhotoOptions& options, const std::vector<std::string>& files,
                                  const std::vector<std::string>& classes, const std::string& command) {
  if (!options.data.empty() && !files.empty()) fail("{}: expected images or --data, found both", command);
  std::vector<Sample> photos;
  for (const std::string& file : files) photos.push_back({file, label_of(file, classes)});
  if (options.data.empty()) return photos;
  const std::vector<Sample> all = list_dataset(options.data, Split::kValidation).samples;
  const std::size_t count = std::min(all.size(), static_cast<std::size_t>(options.count));
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& path = all[i * all.size() / count].path;
    photos.push_back({path, label_of(path, classes)});
  }
  return photos;
}

}  // namespace zf::cli
