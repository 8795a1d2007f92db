#include <algorithm>

#include "core/exchange/import.h"
#include "core/tensor/error.h"

/// Imports the bytes up to the first byte of 0 as a prototxt (none: the weights' own network), the rest as a caffemodel. Nothing but
/// zf::Error may come out.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::uint8_t* const middle = std::find(data, data + size, 0);
  const std::string_view text(reinterpret_cast<const char*>(data), static_cast<std::size_t>(middle - data));
  const std::span rest(middle, data + size);
  try {
    (void)zf::import_caffe(text, std::as_bytes(rest.empty() ? rest : rest.subspan(1)), "fuzz.caffemodel");
  } catch (const zf::Error&) {
  }
  return 0;
}
