#include "core/report/deflate.h"

#include <libdeflate.h>

#include <memory>
#include <new>

namespace zf {

std::vector<std::byte> deflate(std::span<const std::uint8_t> bytes) {
  constexpr int kLevel = 4;  // the fastest at which no picture of a page grew beyond stb's
  using Compressor = std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)>;
  thread_local const Compressor compressor(libdeflate_alloc_compressor(kLevel), &libdeflate_free_compressor);
  if (compressor == nullptr) throw std::bad_alloc();
  std::vector<std::byte> packed(libdeflate_zlib_compress_bound(compressor.get(), bytes.size()));
  packed.resize(libdeflate_zlib_compress(compressor.get(), bytes.data(), bytes.size(), packed.data(), packed.size()));
  return packed;
}

}  // namespace zf
