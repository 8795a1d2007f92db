#include "core/analysis/photo_list.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "core/io/fingerprint.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

namespace fs = std::filesystem;

struct File {
  std::string name;
  std::uint64_t size = 0;
};

std::vector<File> files_below(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) fail("{}: expected a folder of photos, found none", folder.string());
  std::vector<File> files;
  fs::recursive_directory_iterator entry(folder, error);
  for (const fs::recursive_directory_iterator end; !error && entry != end; entry.increment(error)) {
    const bool hidden = entry->path().filename().string().front() == '.';
    std::error_code ignored;
    if (entry->is_directory(ignored)) {
      if (hidden) entry.disable_recursion_pending();
    } else if (!hidden) {
      const std::uint64_t size = entry->is_regular_file(ignored) ? entry->file_size(ignored) : 0;
      files.push_back({entry->path().lexically_relative(folder).generic_string(), ignored ? 0 : size});
    }
  }
  if (error) fail("{}: expected a folder that can be read, found: {}", folder.string(), error.message());
  return files;
}

}  // namespace

Dataset PhotoList::dataset() const {
  Dataset dataset;
  for (const std::string& name : names)
    dataset.samples.push_back({(fs::path(folder) / name).string(), static_cast<int>(dataset.samples.size())});
  return dataset;
}

PhotoList list_photos(const std::string& folder) {
  std::vector<File> files = files_below(folder);
  if (files.empty()) fail("{}: expected photos, found no file", folder);
  std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.name < b.name; });
  PhotoList list;
  list.folder = folder;
  Fingerprint hash;
  for (File& file : files) {
    hash.add(file.name);
    hash.add(file.size);
    list.names.push_back(std::move(file.name));
  }
  list.fingerprint = hash.text();
  return list;
}

}  // namespace zf
