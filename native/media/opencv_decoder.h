#pragma once

#include <filesystem>
#include <utility>

#include "core/io/image.h"

namespace zf {

/// Decodes JPEG, PNG, WebP, GIF, TIFF, BMP, Netpbm and JPEG 2000, and HEIC and AVIF where the build has libheif. 16-bit images lose their
/// lower bits. What is refused is called by its name.
class OpenCvDecoder : public ImageDecoder {
 public:
  explicit OpenCvDecoder(PhotoLimits limits = {}) : limits_(std::move(limits)) {}
  [[nodiscard]] DecodedImage decode(std::span<const std::byte> bytes, const std::string& name) const override;

 private:
  PhotoLimits limits_;
};

/// Reads and decodes a photo. Errors name the file.
[[nodiscard]] Image load_image(const std::filesystem::path& path);

}  // namespace zf
