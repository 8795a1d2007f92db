#pragma once

#include <string>

#include "core/io/image.h"
#include "core/tensor/tensor.h"

namespace zf {

/// A projection (1, 1 or 3, h, w) as 8-bit pixels about grey: 0 is 128, +scale is 255, -scale is 1, beyond is cut off; the
/// picture is RGB whatever the order ("rgb" or "bgr") of the channels. With `side` above 0 it is shrunk to that longest side.
[[nodiscard]] Image signed_image(const Tensor& projection, float scale, const std::string& order, int side = 0);

/// Shrinks an image whose longer side is above `side` to it; 0 is no limit.
[[nodiscard]] Image shrink(const Image& image, int side);

}  // namespace zf
