#include "core/exchange/import.h"
#include "core/io/model.h"
#include "core/io/safetensors.h"
#include "core/tensor/error.h"

/// Opens the bytes, reads every tensor, then takes them for a state dict, then for a whole model. Nothing but zf::Error may come out.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  try {
    zf::SafetensorsReader reader(bytes, "fuzz");
    for (const auto& [name, entry] : reader.entries()) {
      try {
        (void)reader.read(name);
      } catch (const zf::Error&) {
      }
    }
    try {
      (void)zf::import_state_dict_network(reader, {.size = 32});
    } catch (const zf::Error&) {
    }
    (void)zf::parse_model(bytes, "fuzz");
  } catch (const zf::Error&) {
  }
  return 0;
}
