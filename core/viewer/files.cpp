#include "core/viewer/files.h"

#include <algorithm>
#include <array>
#include <filesystem>

namespace zf::viewer {

namespace fs = std::filesystem;

namespace {

std::string extension_of(const std::string& path) {
  std::string extension = fs::path(path).extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return extension;
}

}  // namespace

bool is_photo(const std::string& path) {
  constexpr std::array<const char*, 7> kPhotos = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"};
  const std::string extension = extension_of(path);
  return std::any_of(kPhotos.begin(), kPhotos.end(), [&](const char* known) { return extension == known; });
}

bool is_model(const std::string& path) { return extension_of(path) == ".safetensors"; }

bool is_table(const std::string& path) { return extension_of(path) == ".csv"; }

std::vector<std::string> photos_in(const std::string& folder) {
  std::vector<std::string> photos;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (is_photo(it->path().string())) photos.push_back(it->path().string());
  }
  std::sort(photos.begin(), photos.end());
  return photos;
}

std::string lasting_path(const std::string& path) {
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error);
  return error ? path : absolute.lexically_normal().string();
}

}  // namespace zf::viewer
