#include <climits>
#include <cstdlib>
#include <memory>

#include "core/report/deflate.h"
#include "core/tensor/error.h"

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#define STBI_WRITE_NO_STDIO
#include <stb/stb_image_write.h>

namespace zf {

std::vector<std::byte> deflate(std::span<const std::uint8_t> bytes) {
  constexpr int kQuality = 5;  // match candidates; more takes several times as long for a few per cent
  if (bytes.size() > INT_MAX) fail("[deflate] expected at most {} bytes, found {}", INT_MAX, bytes.size());
  std::vector<std::uint8_t> copy(bytes.begin(), bytes.end());  // stb takes no const
  int size = 0;
  const std::unique_ptr<std::uint8_t, decltype(&std::free)> packed(
      stbi_zlib_compress(copy.data(), static_cast<int>(copy.size()), &size, kQuality), &std::free);
  const auto* first = reinterpret_cast<const std::byte*>(packed.get());
  return {first, first + size};
}

}  // namespace zf
