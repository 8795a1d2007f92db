#pragma once

#include <vector>

#include "core/backend/backend.h"
#include "core/nn/net.h"

namespace zf {

/// One activation to look at: place (y, x) of map `map` at some layer's output for image `image` of a trace, with its value.
/// Section 2.1 sets all other activations of the layer to zero.
struct Seed {
  int image = 0;
  int map = 0;
  int y = 0;
  int x = 0;
  float value = 0;
  friend bool operator==(const Seed&, const Seed&) = default;
};

/// All activations of a map at once, or of all maps of the layer.
struct MapSeed {
  static constexpr int kAllMaps = -1;
  int image = 0;
  int map = kAllMaps;
};

// `layer` is an index that find_layer gives. All functions throw an Error that lists what exists where the trace does not
// hold the image, map or place.

/// Every map's strongest place, on its way from the device.
struct StrongestPlaces {
  Readback values;
  Readback places;
  Shape maps;

  [[nodiscard]] bool ready() const { return values.ready() && places.ready(); }
  /// Map by map, image by image (N x C seeds). Of equal values the first place in row-major order.
  [[nodiscard]] std::vector<Seed> take();
};

/// Starts looking for every map's strongest place.
[[nodiscard]] StrongestPlaces find_strongest_places(Backend& backend, const Trace& trace, int layer);
/// Waits for them.
[[nodiscard]] std::vector<Seed> strongest_places(Backend& backend, const Trace& trace, int layer);

/// The `count` maps of one image whose strongest activations are the highest, best first; of equals the lower map. Fewer where
/// the layer has fewer.
[[nodiscard]] std::vector<Seed> strongest_maps(Backend& backend, const Trace& trace, int layer, int count, int image = 0);

/// The strongest place of one map.
[[nodiscard]] Seed strongest_place(Backend& backend, const Trace& trace, int layer, int map, int image = 0);

/// A given place.
[[nodiscard]] Seed seed_at(Backend& backend, const Trace& trace, int layer, int map, int y, int x, int image = 0);

/// The map that is strongest at a given place; of equals the lower map.
[[nodiscard]] Seed strongest_map_at(Backend& backend, const Trace& trace, int layer, int y, int x, int image = 0);

/// Throws unless maps (N, C, h, w) have the seed's place.
void check_seed(const Shape& maps, const Seed& seed);

/// Throws unless the trace holds this image and map (kAllMaps always exists) of the layer.
void check_map(const Trace& trace, int layer, int map, int image);

}  // namespace zf
