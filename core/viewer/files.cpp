#include "core/viewer/files.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <functional>
#include <string_view>

#include "core/data/photo_list.h"
#include "core/exchange/import.h"
#include "core/io/archive.h"
#include "core/io/atlas_format.h"
#include "core/io/safetensors.h"
#include "core/tensor/error.h"

namespace zf::viewer {

namespace fs = std::filesystem;

namespace {

std::string extension_of(const std::string& path) {
  std::string extension = fs::path(path).extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return extension;
}

std::vector<std::string> files_in(const std::string& folder, const std::function<bool(const std::string&)>& wanted) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (wanted(it->path().string())) files.push_back(it->path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

bool continues_a_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

/// In at most `most` bytes, which are more than kEnd: names end in what tells them apart.
std::string without_middle(const std::string& name, std::size_t most) {
  constexpr std::size_t kEnd = 60;
  if (name.size() <= most) return name;
  std::size_t first = most - kEnd - 1;
  std::size_t last = name.size() - kEnd;
  while (first > 0 && continues_a_character(name[first])) --first;
  while (last < name.size() && continues_a_character(name[last])) ++last;
  return name.substr(0, first) + "~" + name.substr(last);
}

}  // namespace

bool exists(const std::string& path) {
  std::error_code error;
  if (fs::exists(path, error)) return true;
  try {
    return find_in_archive(path).has_value();
  } catch (const Error&) {  // in an archive that cannot be opened any more
    return false;
  }
}

bool is_photo(const std::string& path) { return has_photo_name(path); }

bool is_model(const std::string& path) { return is_model_path(path); }

bool is_table(const std::string& path) { return extension_of(path) == ".csv"; }

bool is_atlas(const std::string& path) {
  try {
    return SafetensorsReader(path).metadata().count(atlas_format::kInfoKey) != 0;
  } catch (const Error&) {
    return false;
  }
}

std::vector<std::string> snapshots_in(const std::string& folder) {
  const auto is_snapshot = [](const std::string& path) {
    return is_model(path) && fs::path(path).filename().string().find("epoch") != std::string::npos;
  };
  for (const fs::path& place : {fs::path(folder) / "snapshots", fs::path(folder)}) {
    std::vector<std::string> snapshots = files_in(place.string(), is_snapshot);
    if (snapshots.size() > 1) return snapshots;
  }
  return {};
}

std::vector<std::string> photos_in(const std::string& folder) {
  std::vector<std::string> photos;
  try {
    const PhotoList list = list_photos(folder);
    for (const std::string& name : list.names) photos.push_back((fs::path(list.folder) / name).string());
  } catch (const Error&) {  // no folder, or no photo in it
  }
  return photos;
}

std::string path_of_address(const std::string& address) {
  constexpr std::string_view kScheme = "file://";
  constexpr int kHexadecimal = 16;
  if (!address.starts_with(kScheme)) return address;
  std::string_view rest = std::string_view(address).substr(kScheme.size());
  rest.remove_prefix(std::min(rest.find('/'), rest.size()));
  std::string path;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    unsigned byte = 0;
    const std::string_view digits = rest.substr(i + 1, 2);
    const bool escaped = rest[i] == '%' && digits.size() == 2 &&
                         std::from_chars(digits.data(), digits.data() + 2, byte, kHexadecimal).ptr == digits.data() + 2;
    path.push_back(escaped ? static_cast<char>(byte) : rest[i]);
    if (escaped) i += 2;
  }
  return path;
}

fs::path free_path(const fs::path& folder, const std::string& name) {
  constexpr std::size_t kLongest = 255;  // bytes
  const fs::path wished = fs::path(name).filename();
  std::string ending = wished.extension().string();
  for (int i = 2;; ++i) {
    const fs::path path = folder / (without_middle(wished.stem().string(), kLongest - ending.size()) + ending);
    std::error_code error;
    if (!fs::exists(path, error)) return path;
    ending = fmt::format("-{}{}", i, wished.extension().string());
  }
}

std::string lasting_path(const std::string& path) {
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error);
  return error ? path : absolute.lexically_normal().string();
}

}  // namespace zf::viewer
