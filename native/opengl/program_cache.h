#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/tensor/fnv.h"

namespace zf::opengl {

/// Linked programs on disk, one a file, so that the next start need not compile. What cannot be read, was damaged or cannot be written
/// is as if it were not there.
class ProgramCache {
 public:
  /// In `folder`, for a driver; an empty folder keeps nothing.
  ProgramCache(std::filesystem::path folder, std::string_view driver);

  struct Binary {
    std::uint32_t format = 0;  ///< the driver's own
    std::vector<char> bytes;
  };
  [[nodiscard]] std::optional<Binary> find(std::string_view source) const;
  void keep(std::string_view source, std::uint32_t format, std::span<const char> bytes) const;

 private:
  [[nodiscard]] std::filesystem::path file_of(std::string_view source) const;

  std::filesystem::path folder_;
  Fnv driver_hash_;
};

}  // namespace zf::opengl
