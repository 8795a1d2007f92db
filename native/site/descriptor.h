#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace zf {

/// An open file or folder. Errors name it.
class Descriptor {
 public:
  /// `flags` as open() takes them.
  Descriptor(const std::filesystem::path& path, int flags);
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();

  void write(std::span<const std::byte> bytes) const;
  /// To the disk, where the file system can do it.
  void flush() const;
  /// False where another process has locked it. The lock ends with the descriptor, or with the program that is killed.
  [[nodiscard]] bool lock() const;

 private:
  std::filesystem::path path_;
  int value_;
};

}  // namespace zf
