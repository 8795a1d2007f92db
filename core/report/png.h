#pragma once

#include <cstddef>
#include <vector>

#include "core/figures/picture.h"

namespace zf {

/// The bytes of a PNG file of 8-bit RGB. Throws where the picture is empty.
[[nodiscard]] std::vector<std::byte> encode_png(const Picture& picture);

}  // namespace zf
