#include "native/files/open_archive.h"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <span>
#include <string_view>

#include "core/io/file_kind.h"
#include "core/tensor/error.h"
#include "native/files/archive_kinds.h"

namespace zf {

std::shared_ptr<const Archive> open_archive(const std::filesystem::path& path) {
  constexpr std::size_t kEnough = 512;  // a tar file's first header
  std::array<char, kEnough> start{};
  std::ifstream file(path, std::ios::binary);
  if (!file) fail("{}: expected a file that can be read, found none", path.string());
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  const auto size = static_cast<std::size_t>(file.gcount());
  const std::string_view words = file_kind(std::as_bytes(std::span(start).first(size))).words;
  if (words == "a zip archive") return open_zip(path);
  if (words == "a tar archive") return open_tar(path);
  if (words == "a gzip archive" || words == "a bzip2 archive" || words == "an xz archive" || words == "a Zstandard archive") {
    fail("{}: expected a folder, a zip or a tar file, found {}, which has to be unpacked to be read: `tar xf FILE`", path.string(), words);
  }
  fail("{}: expected a zip or a tar file, as its name says, found {}", path.string(), words);
}

}  // namespace zf
