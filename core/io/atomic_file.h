#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace zf {

/// A file that appears whole or not at all: written beside its place, flushed to the disk, then renamed over what was
/// there. Destroyed before commit(), it leaves nothing behind. Devices and pipes, which cannot be replaced, are written
/// to directly. Every failure is an Error that names the file and the reason.
class AtomicFile {
 public:
  explicit AtomicFile(const std::filesystem::path& path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();

  void write(std::span<const std::byte> bytes);
  void write(std::string_view text) { write(std::as_bytes(std::span(text.data(), text.size()))); }
  void commit();

 private:
  [[noreturn]] void give_up(std::string_view what, int error);
  void discard();

  std::filesystem::path path_;
  std::filesystem::path beside_;  ///< empty where the file is written to directly
  int descriptor_ = -1;
};

/// Writes a whole file through AtomicFile.
void write_file(const std::filesystem::path& path, std::span<const std::byte> bytes);
void write_file(const std::filesystem::path& path, std::string_view text);

/// Makes a folder and those above it where they are missing. Throws an Error that names it where that fails.
void make_folder(const std::filesystem::path& folder);

/// Reads a whole file of at most `limit` bytes, which may lie in an archive (archive.h). Throws an Error that names the file where it is
/// missing, a folder, unreadable or larger.
[[nodiscard]] std::vector<std::byte> read_file(const std::filesystem::path& path, std::uint64_t limit = std::uint64_t{1} << 31);

}  // namespace zf
