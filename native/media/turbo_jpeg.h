#pragma once

#include <cstddef>
#include <vector>

#include "core/io/image.h"

namespace zf {

/// What encode_jpeg promises, by libjpeg-turbo: several times faster.
[[nodiscard]] std::vector<std::byte> turbo_jpeg(const Image& image, int quality);

}  // namespace zf
