#include "core/io/atlas.h"
#include "core/tensor/error.h"

/// Opens the bytes and reads all that an atlas holds. Nothing but zf::Error may come out.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    zf::Atlas atlas(std::as_bytes(std::span(data, size)), "fuzz");
    for (const zf::AtlasLayer& layer : atlas.layers()) {
      for (int map = 0; map < layer.maps; ++map) {
        int rank = 0;
        for (const zf::AtlasItem& item : atlas.items(layer.name, map)) {
          try {
            (void)atlas.projection(layer.name, map, rank);
            (void)atlas.patch(layer.name, map, rank);
            (void)atlas.image_name(item.image);
          } catch (const zf::Error&) {
          }
          ++rank;
        }
      }
    }
    (void)atlas.contents();
  } catch (const zf::Error&) {
  }
  return 0;
}
