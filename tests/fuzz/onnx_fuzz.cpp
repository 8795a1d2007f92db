#include "core/exchange/import.h"
#include "core/tensor/error.h"

/// Imports the bytes as an ONNX file. Nothing but zf::Error may come out.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    (void)zf::import_onnx(std::as_bytes(std::span(data, size)), "fuzz.onnx", {.max_folded = std::size_t{1} << 20});
  } catch (const zf::Error&) {
  }
  return 0;
}
