#pragma once

#include <filesystem>

#include "core/io/image.h"

namespace zf {

/// Decodes what OpenCV reads: JPEG, PNG, WebP, BMP, TIFF and others. 16-bit images lose their lower bits.
class OpenCvDecoder : public ImageDecoder {
 public:
  OpenCvDecoder();
  [[nodiscard]] Image decode(std::span<const std::byte> bytes, const std::string& name) const override;
};

/// Reads and decodes a photo. Errors name the file.
[[nodiscard]] Image load_image(const std::filesystem::path& path);

}  // namespace zf
