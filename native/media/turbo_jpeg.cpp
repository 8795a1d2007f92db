#include "native/media/turbo_jpeg.h"

#include <turbojpeg.h>

#include <memory>
#include <span>

#include "core/io/jpeg.h"
#include "core/tensor/error.h"

namespace zf {

std::vector<std::byte> turbo_jpeg(const Image& image, int quality) {
  check_jpeg(image, quality);
  const std::unique_ptr<void, decltype(&tjDestroy)> compressor(tjInitCompress(), &tjDestroy);
  unsigned char* data = nullptr;
  unsigned long size = 0;
  const int subsampling = has_full_colours(quality) ? TJSAMP_444 : TJSAMP_420;
  const int status = compressor == nullptr ? -1
                                           : tjCompress2(compressor.get(), image.rgb.data(), image.width, 0, image.height, TJPF_RGB, &data,
                                                         &size, subsampling, quality, TJFLAG_ACCURATEDCT);
  const std::unique_ptr<unsigned char, decltype(&tjFree)> owned(data, &tjFree);
  if (status != 0) {
    fail("an image of {}x{} could not be written as JPEG: {}", image.width, image.height, tjGetErrorStr2(compressor.get()));
  }
  const auto bytes = std::as_bytes(std::span(data, size));
  return {bytes.begin(), bytes.end()};
}

}  // namespace zf
