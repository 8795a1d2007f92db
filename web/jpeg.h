#pragma once

#include <span>
#include <string>

#include "core/io/image.h"

namespace zf::web {

/// Decodes a JPEG file, as atlases hold them: the page decodes photos ahead, but not what is inside other files. Throws an Error
/// that names `name` where the bytes are broken.
[[nodiscard]] Image decode_jpeg(std::span<const std::byte> bytes, const std::string& name);

}  // namespace zf::web
