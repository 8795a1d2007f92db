#include "core/data/dataset.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iterator>
#include <system_error>

#include "core/io/file_error.h"
#include "core/io/quotable.h"
#include "core/nn/prediction.h"
#include "core/tensor/fnv.h"

namespace zf {

namespace {

namespace fs = std::filesystem;

fs::path split_folder(const fs::path& data, Split split) {
  if (!is_photo_folder(data)) file_failed(ENOENT, "{}: expected a folder of photos, found none", data.string());
  const fs::path directory = photo_root(data);
  if (split == Split::kTrain) {
    if (is_photo_folder(directory / "train")) return directory / "train";
    fail("{}: expected a folder train with one folder a class, found none", directory.string());
  }
  for (const char* const name : {"val", "test"}) {
    if (is_photo_folder(directory / name)) return directory / name;
  }
  fail("{}: expected a folder val or test with one folder a class, found neither", directory.string());
}

/// Which of `classes` each folder is.
std::vector<int> match(const fs::path& root, const std::vector<std::string>& folders, std::span<const std::string> classes) {
  std::vector<int> labels;
  std::vector<std::string> unknown;
  for (const std::string& folder : folders) {
    labels.push_back(find_class(classes, printable(folder)));
    if (labels.back() < 0) unknown.push_back(printable(folder));
  }
  if (!unknown.empty()) {
    fail("{}: expected folders named after the model's {} classes, found {}", root.string(), classes.size(), fmt::join(unknown, ", "));
  }
  return labels;
}

}  // namespace

Dataset list_dataset(const std::string& directory, Split split, std::span<const std::string> classes) {
  const fs::path root = split_folder(directory, split);
  std::vector<std::string> folders;
  std::vector<PhotoFiles> contents;
  Dataset dataset;
  for (std::string& folder : subfolders(root)) {
    PhotoFiles files = find_photos(root / folder);
    dataset.skipped.insert(dataset.skipped.end(), files.skipped.begin(), files.skipped.end());
    if (files.photos.empty()) {
      dataset.skipped.push_back({(root / folder).string(), "no class, since there is no photo in it"});
      continue;
    }
    folders.push_back(std::move(folder));
    contents.push_back(std::move(files));
  }
  if (folders.empty()) fail("{}: expected one folder of photos a class, found none", root.string());

  dataset.classes.assign(classes.begin(), classes.end());
  if (classes.empty()) {
    // As they can stand in a model file: names may be any bytes.
    std::transform(folders.begin(), folders.end(), std::back_inserter(dataset.classes), [](const auto& name) { return printable(name); });
  }
  const std::vector<int> labels = match(root, folders, dataset.classes);
  for (std::size_t i = 0; i < folders.size(); ++i) {
    for (const PhotoFile& photo : contents[i].photos) dataset.samples.push_back({(root / folders[i] / photo.name).string(), labels[i]});
  }
  return dataset;
}

int folder_label(const std::string& path, std::span<const std::string> classes) {
  for (fs::path folder = fs::path(path).parent_path(); folder.has_filename(); folder = folder.parent_path()) {
    if (const int label = find_class(classes, folder.filename().string()); label >= 0) return label;
  }
  return -1;
}

std::string fingerprint(const Dataset& dataset) {
  Fnv hash;
  for (const Sample& sample : dataset.samples) {
    hash.add(dataset.classes[static_cast<std::size_t>(sample.label)]);
    hash.add(fs::path(sample.path).filename().string());
  }
  return fmt::format("{} photos, {}", dataset.samples.size(), hash.text());
}

}  // namespace zf
