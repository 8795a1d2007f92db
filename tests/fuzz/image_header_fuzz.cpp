#include "core/io/image.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)zf::read_image_header(std::as_bytes(std::span(data, size)));
  return 0;
}
