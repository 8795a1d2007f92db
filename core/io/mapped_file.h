#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>

namespace zf {

/// A file as memory, whose pages come when they are read first. What this process writes there stays its own.
class MappedFile {
 public:
  MappedFile() = default;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  virtual ~MappedFile() = default;

  [[nodiscard]] virtual std::span<std::byte> bytes() const = 0;
  /// Lets go of pages that nobody wrote to; they come again when they are read again.
  virtual void release(std::span<const std::byte> bytes) const = 0;
  /// Throws Error where the file is no longer as large as it was.
  virtual void check() const = 0;
};

/// How the host maps a file, which must not be empty; throws Error. None: files are read.
using FileMapper = std::function<std::shared_ptr<const MappedFile>(const std::filesystem::path&)>;

}  // namespace zf
