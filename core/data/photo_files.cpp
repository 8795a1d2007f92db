#include "core/data/photo_files.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/tensor/error.h"

namespace zf {

namespace {

namespace fs = std::filesystem;

constexpr std::array kPhotoEndings =
    std::to_array<std::string_view>({".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".heic", ".heif",
                                     ".avif", ".ppm", ".pgm", ".pbm", ".pnm", ".jp2"});

/// What lies beside photos and is none; it is not read to find that out.
constexpr std::array kOtherEndings = std::to_array<std::string_view>(
    {".mp4",   ".mov", ".avi",  ".mkv",         ".webm", ".mpg", ".mpeg", ".m4v", ".3gp", ".wmv",  ".mts", ".mp3",  ".wav",
     ".m4a",   ".zip", ".tar",  ".gz",          ".tgz",  ".xz",  ".bz2",  ".zst", ".7z",  ".rar",  ".pdf", ".txt",  ".md",
     ".csv",   ".tsv", ".json", ".xml",         ".yaml", ".yml", ".html", ".htm", ".doc", ".docx", ".xls", ".xlsx", ".py",
     ".ipynb", ".npy", ".npz",  ".safetensors", ".onnx", ".pt",  ".pth",  ".h5",  ".db",  ".ini",  ".log", ".xmp",  ".aae",
     ".thm",   ".psd", ".svg",  ".cr2",         ".cr3",  ".nef", ".arw",  ".dng", ".raf", ".orf"});

/// Kept by systems and programs beside people's files.
constexpr std::array kUnmentioned = std::to_array<std::string_view>(
    {"thumbs.db", "desktop.ini", "ehthumbs.db", "@eadir", "__macosx", "lost+found", "$recycle.bin", "system volume information"});

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

template <std::size_t N>
bool holds(const std::array<std::string_view, N>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool is_unmentioned(const std::string& name) { return name.front() == '.' || holds(kUnmentioned, lower_case(name)); }

std::string ending_of(const fs::path& path) { return lower_case(path.extension().string()); }

/// The names in a folder in the order of their bytes.
std::vector<std::string> names_in(const fs::path& folder, std::error_code& error) {
  std::vector<std::string> names;
  fs::directory_iterator entry(folder, error);
  for (const fs::directory_iterator end; !error && entry != end; entry.increment(error)) {
    std::string name = entry->path().filename().string();
    if (!is_unmentioned(name)) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

class Search {
 public:
  explicit Search(const fs::path& root) {
    std::error_code error;
    if (!fs::is_directory(root, error)) fail("{}: expected a folder of photos, found none", root.string());
    walk(root, "", error);
    if (error) fail("{}: expected a folder that can be read, found: {}", root.string(), error.message());
    std::sort(found_.photos.begin(), found_.photos.end(), [](const PhotoFile& a, const PhotoFile& b) { return a.name < b.name; });
  }
  [[nodiscard]] PhotoFiles take() { return std::move(found_); }

 private:
  void walk(const fs::path& folder, const std::string& prefix, std::error_code& error) {
    const std::vector<std::string> names = names_in(folder, error);
    if (error) return;
    way_.push_back(fs::canonical(folder, error));
    for (const std::string& name : names) look(folder / name, prefix + name);
    way_.pop_back();
  }

  void look(const fs::path& path, const std::string& name) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (status.type() == fs::file_type::directory) {
      enter(path, name);
    } else if (status.type() == fs::file_type::not_found) {
      skip(path, "a link to a file that is not there");
    } else if (status.type() != fs::file_type::regular) {
      skip(path, error ? error.message() : "neither a file nor a folder");
    } else if (holds(kOtherEndings, ending_of(path))) {
      skip(path, fmt::format("no photo, since its name ends in {}", path.extension().string()));
    } else {
      const std::uint64_t size = fs::file_size(path, error);
      found_.photos.push_back({name, error ? 0 : size});
    }
  }

  void enter(const fs::path& path, const std::string& name) {
    std::error_code error;
    if (std::find(way_.begin(), way_.end(), fs::canonical(path, error)) != way_.end())
      return skip(path, "a link to a folder that it lies in");
    walk(path, name + '/', error);
    if (error) skip(path, error.message());
  }

  void skip(const fs::path& path, std::string why) { found_.skipped.push_back({path.string(), std::move(why)}); }

  PhotoFiles found_;
  std::vector<fs::path> way_;  ///< folders from the root to where the search is, without links
};

}  // namespace

std::string without_path(std::string_view message, std::string_view path) {
  const std::string beginning = fmt::format("{}: ", path);
  return std::string(message.starts_with(beginning) ? message.substr(beginning.size()) : message);
}

PhotoFiles find_photos(const fs::path& folder) { return Search(folder).take(); }

std::vector<std::string> subfolders(const fs::path& folder) {
  std::error_code error;
  std::vector<std::string> names = names_in(folder, error);
  if (error) fail("{}: expected a folder that can be read, found: {}", folder.string(), error.message());
  names.erase(std::remove_if(names.begin(), names.end(),
                             [&](const std::string& name) {
                               std::error_code ignored;
                               return !fs::is_directory(folder / name, ignored);
                             }),
              names.end());
  return names;
}

bool has_photo_name(const fs::path& path) { return holds(kPhotoEndings, ending_of(path)); }

}  // namespace zf
