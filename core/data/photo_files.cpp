#include "core/data/photo_files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/io/archive.h"
#include "core/io/file_error.h"

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

/// What lies in a folder of an archive: names from there on, without what is not even mentioned.
struct ArchivedFiles {
  ArchivePlace place;
  std::vector<std::pair<std::string, std::uint64_t>> files;  ///< names and sizes

  explicit ArchivedFiles(ArchivePlace&& found) : place(std::move(found)) {
    const std::string prefix = place.name.empty() ? std::string() : place.name + '/';
    for (const Archive::Entry& entry : place.archive->entries()) {
      if (!entry.name.starts_with(prefix)) continue;
      std::string name = entry.name.substr(prefix.size());
      if (!holds_unmentioned(name)) files.emplace_back(std::move(name), entry.size);
    }
  }

 private:
  static bool holds_unmentioned(const std::string& name) {
    const fs::path path(name);
    return std::any_of(path.begin(), path.end(), [](const fs::path& part) { return part.empty() || is_unmentioned(part.string()); });
  }
};

/// Of a folder in an archive that holds files; nothing where `folder` is none.
std::optional<ArchivedFiles> archived_in(const fs::path& folder) {
  auto place = find_in_archive(folder);
  if (!place) return std::nullopt;
  const bool whole = place->name.empty();
  ArchivedFiles files(std::move(*place));
  if (files.files.empty() && !whole) return std::nullopt;
  return files;
}

class Search {
 public:
  explicit Search(const fs::path& root) {
    std::error_code error;
    if (const auto archived = archived_in(root)) {
      for (const auto& [name, size] : archived->files) look_at_name(root / name, name, size);
      return;
    }
    if (!fs::is_directory(root, error))
      file_failed(fs::exists(root, error) ? ENOTDIR : ENOENT, "{}: expected a folder of photos, found none", root.string());
    walk(root, "", error);
    if (error) file_failed(error.value(), "{}: expected a folder that can be read, found: {}", root.string(), error.message());
    std::sort(found_.photos.begin(), found_.photos.end(), [](const PhotoFile& a, const PhotoFile& b) { return a.name < b.name; });
  }
  [[nodiscard]] PhotoFiles take() { return std::move(found_); }

 private:
  void walk(const fs::path& folder, const std::string& prefix, std::error_code& error) {
    const std::vector<std::string> names = names_in(folder, error);
    if (error) return;
    way_.push_back(folder);
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
    } else {
      const std::uint64_t size = fs::file_size(path, error);
      look_at_name(path, name, error ? 0 : size);
    }
  }

  void look_at_name(const fs::path& path, const std::string& name, std::uint64_t size) {
    if (holds(kOtherEndings, ending_of(path)))
      return skip(path, fmt::format("no photo, since its name ends in {}", path.extension().string()));
    found_.photos.push_back({name, size});
  }

  void enter(const fs::path& path, const std::string& name) {
    std::error_code error;
    const auto is_it = [&](const fs::path& above) { return fs::equivalent(above, path, error); };
    if (std::any_of(way_.begin(), way_.end(), is_it)) return skip(path, "a link to a folder that it lies in");
    walk(path, name + '/', error);
    if (error) skip(path, error.message());
  }

  void skip(const fs::path& path, std::string why) { found_.skipped.push_back({path.string(), std::move(why)}); }

  PhotoFiles found_;
  std::vector<fs::path> way_;  ///< folders from the root to where the search is
};

}  // namespace

std::string without_path(std::string_view message, std::string_view path) {
  const std::string beginning = fmt::format("{}: ", path);
  return std::string(message.starts_with(beginning) ? message.substr(beginning.size()) : message);
}

PhotoFiles find_photos(const fs::path& folder) { return Search(folder).take(); }

bool is_photo_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error) || archived_in(path).has_value();
}

fs::path photo_root(const fs::path& folder) {
  std::error_code error;
  if (fs::is_directory(folder, error)) return folder;
  const auto archived = archived_in(folder);
  if (!archived || archived->files.empty()) return folder;
  const std::string& first = archived->files.front().first;
  const std::string top = first.substr(0, first.find('/') + 1);
  const bool alone = !top.empty() && std::all_of(archived->files.begin(), archived->files.end(),
                                                 [&](const auto& file) { return file.first.starts_with(top); });
  return alone ? folder / top.substr(0, top.size() - 1) : folder;
}

std::vector<std::string> subfolders(const fs::path& folder) {
  if (const auto archived = archived_in(folder)) {
    std::vector<std::string> names;
    for (const auto& [name, size] : archived->files) {
      const std::size_t end = name.find('/');
      if (end != std::string::npos && (names.empty() || names.back() != name.substr(0, end))) names.push_back(name.substr(0, end));
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
  }
  std::error_code error;
  std::vector<std::string> names = names_in(folder, error);
  if (error) file_failed(error.value(), "{}: expected a folder that can be read, found: {}", folder.string(), error.message());
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
