#pragma once

#include <cstddef>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "core/io/image.h"

namespace zf::python {

/// The decoder of the commands, which keeps what a person should know about the photos.
class NotingDecoder final : public ImageDecoder {
 public:
  explicit NotingDecoder(double max_megapixels);

  [[nodiscard]] DecodedImage decode(std::span<const std::byte> bytes, const std::string& name) const override;
  /// Reads and decodes a photo. Errors name the file.
  [[nodiscard]] DecodedImage load(const std::filesystem::path& path) const;
  /// Shows the notes since the last time as Python warnings; of many photos only the first. Holds the GIL.
  void warn() const;

 private:
  PhotoLimits limits_;
  mutable std::mutex mutex_;
  mutable std::vector<std::string> notes_;
};

/// Shows a Python warning. Holds the GIL; throws where warnings are errors.
void warn(const std::string& text);

}  // namespace zf::python
