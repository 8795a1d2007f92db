#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace zf {

/// A file or folder that was left out, and why.
struct Skipped {
  std::string path;
  std::string why;
};

/// An error's message without the path that it begins with: the why of a Skipped.
[[nodiscard]] std::string without_path(std::string_view message, std::string_view path);

/// A file that may be a photo.
struct PhotoFile {
  std::string name;  ///< relative to the folder that was asked for, with '/'
  std::uint64_t size = 0;
};

/// What lies in a folder of photos.
struct PhotoFiles {
  std::vector<PhotoFile> photos;  ///< in the order of their names' bytes
  std::vector<Skipped> skipped;   ///< in no order that matters
};

/// Looks for photos at any depth, without opening a file: names that photos have, and those that say nothing. Links are followed, to
/// folders, too; one that leads back to a folder that it lies in is skipped, as are pipes and devices, films, archives and documents, and
/// folders that may not be read. What systems and programs keep beside photos (hidden files, Thumbs.db, @eaDir, __MACOSX, ...) is not even
/// mentioned. A folder may be an archive, or lie in one. Throws where it is missing or may not be read.
[[nodiscard]] PhotoFiles find_photos(const std::filesystem::path& folder);

/// The folders in a folder, in the order of their names' bytes, without those that are not even mentioned; links are followed.
[[nodiscard]] std::vector<std::string> subfolders(const std::filesystem::path& folder);

/// Whether there is a folder at `path`, an archive (core/io/archive.h), or a folder in one.
[[nodiscard]] bool is_photo_folder(const std::filesystem::path& path);

/// The folder itself; of an archive all of whose files lie in one folder, that one.
[[nodiscard]] std::filesystem::path photo_root(const std::filesystem::path& folder);

/// Whether a file's name is one that photos have: .jpg, .png, .heic, ...
[[nodiscard]] bool has_photo_name(const std::filesystem::path& path);

}  // namespace zf
