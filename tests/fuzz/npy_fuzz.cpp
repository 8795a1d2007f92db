#include <cstdlib>
#include <cstring>

#include "core/tensor/error.h"
#include "core/tensor/npy.h"

/// A file that is accepted must be written and read back as the same values.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  zf::Tensor tensor;
  try {
    tensor = zf::decode_npy(std::as_bytes(std::span(data, size)), "fuzz");
  } catch (const zf::Error&) {
    return 0;
  }
  const zf::Tensor again = zf::decode_npy(zf::encode_npy(tensor), "again");
  if (!(again.shape() == tensor.shape()) || std::memcmp(again.data(), tensor.data(), tensor.size() * sizeof(float)) != 0) std::abort();
  return 0;
}
