#include "core/analysis/signed_image.h"

#include <algorithm>
#include <cmath>

#include "core/io/resample.h"
#include "core/tensor/error.h"

namespace zf {

Image shrink(const Image& image, int side) {
  const int longer = std::max(image.width, image.height);
  if (side < 1 || longer <= side) return image;
  return resize(image, std::max(1, image.width * side / longer), std::max(1, image.height * side / longer));
}

Image signed_image(const Tensor& projection, float scale, const std::string& order, int side) {
  const Shape& shape = projection.shape();
  if (shape.n != 1 || (shape.c != 1 && shape.c != 3)) fail("expected one projection of 1 or 3 channels, found {}", to_string(shape));
  Image image = make_image(shape.w, shape.h);
  const float gain = scale > 0 ? 127.0F / scale : 0.0F;
  for (std::size_t c = 0; c < 3; ++c) {
    const std::size_t source = shape.c == 1 ? 0 : (order == "bgr" ? 2 - c : c);
    const auto plane = projection.plane(0, static_cast<int>(source));
    for (std::size_t i = 0; i < plane.size(); ++i) {
      const float level = std::clamp(plane[i] * gain, -128.0F, 127.0F) + static_cast<float>(kMidGrey);
      image.rgb[3 * i + c] = static_cast<std::uint8_t>(std::lround(level));
    }
  }
  return shrink(image, side);
}

}  // namespace zf
