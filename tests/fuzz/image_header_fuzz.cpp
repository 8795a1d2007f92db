// What is known of a photo before it is decoded: its kind, its size and how it lies.
#include "core/io/file_kind.h"
#include "core/io/orientation.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = std::as_bytes(std::span(data, size));
  if (zf::file_kind(file).words.empty()) __builtin_trap();
  (void)zf::read_image_header(file);
  const int orientation = zf::read_orientation(file);
  if (orientation < 1 || orientation > 8) __builtin_trap();
  if (zf::without_orientation(file).size() != size) __builtin_trap();
  return 0;
}
