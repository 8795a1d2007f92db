#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace zf {

/// A zip or tar file, to be read in the place of a folder: "photos.zip/cats/1.jpg" is a path.
class Archive {
 public:
  struct Entry {
    std::string name;        ///< with '/', never empty, without "./" in front
    std::uint64_t size = 0;  ///< in bytes, as the archive says
  };

  Archive() = default;
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;
  virtual ~Archive() = default;

  /// Its files in the order of their names' bytes, each name once.
  [[nodiscard]] virtual const std::vector<Entry>& entries() const = 0;
  /// The content of entry number `entry`; from several threads at once. Throws where it is damaged or encrypted.
  [[nodiscard]] virtual std::vector<std::byte> read(std::size_t entry) const = 0;
};

/// How a host opens an archive; throws an Error that names the file.
using ArchiveOpener = std::function<std::shared_ptr<const Archive>(const std::filesystem::path&)>;

/// Once, at a host's start. Core itself opens none: without an opener there are no archives.
void open_archives_by(ArchiveOpener opener);

/// Whether the name is an archive's, packed ones' too, which an opener refuses with words: .zip, .tar, .tar.gz, ...
[[nodiscard]] bool has_archive_name(const std::filesystem::path& path);

/// A place in an archive.
struct ArchivePlace {
  std::shared_ptr<const Archive> archive;
  std::filesystem::path file;  ///< the archive's
  std::string name;            ///< of a file or folder in it; empty: all of it
};

/// Where `path` leads into an archive, or is one; nothing where it does not, or nothing opens archives. The last few stay open.
[[nodiscard]] std::optional<ArchivePlace> find_in_archive(const std::filesystem::path& path);

/// A file's content where the path leads into an archive that has it. Throws where it is larger than `limit` bytes.
[[nodiscard]] std::optional<std::vector<std::byte>> read_from_archive(const std::filesystem::path& path, std::uint64_t limit);

}  // namespace zf
