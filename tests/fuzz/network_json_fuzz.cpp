#include <cstdlib>

#include "core/io/network_json.h"
#include "core/tensor/error.h"

/// A description that is accepted must be written and read back as the same one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  zf::Description description;
  try {
    description = zf::parse_description(text, "fuzz");
  } catch (const zf::Error&) {
    return 0;
  }
  if (!(zf::parse_description(zf::write_description(description), "again") == description)) std::abort();
  return 0;
}
