#include "web/jpeg.h"

#include <algorithm>
#include <memory>

#include "core/tensor/error.h"

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_JPEG
#define STBI_NO_STDIO
#define STBI_NO_LINEAR
// A thread-local variable in a program that is linked without threads moves the flag of thrown exceptions, and none is caught.
#define STBI_NO_THREAD_LOCALS
#include <stb/stb_image.h>

namespace zf::web {

Image decode_jpeg(std::span<const std::byte> bytes, const std::string& name) {
  constexpr int kRgb = 3;
  int width = 0;
  int height = 0;
  int channels = 0;
  const std::unique_ptr<stbi_uc, decltype(&stbi_image_free)> pixels(
      stbi_load_from_memory(reinterpret_cast<const stbi_uc*>(bytes.data()), static_cast<int>(bytes.size()), &width, &height, &channels,
                            kRgb),
      &stbi_image_free);
  if (pixels == nullptr) fail("{}: expected a JPEG file, found a broken one ({})", name, stbi_failure_reason());
  Image image = make_image(width, height);
  std::copy_n(pixels.get(), image.rgb.size(), image.rgb.begin());
  return image;
}

}  // namespace zf::web
