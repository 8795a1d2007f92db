#include "core/deconv/seed.h"

#include <algorithm>
#include <array>

#include "core/tensor/error.h"

namespace zf {

namespace {

void check_index(const char* what, int index, int count) {
  if (index < 0 || index >= count) fail("expected {} 0 to {}, found {}", what, count - 1, index);
}

const DeviceTensor& layer_output(const Trace& trace, int layer) {
  const DeviceTensor& output = trace.output(layer);
  if (output.empty()) fail("expected a forward trace that reaches layer {}, found one that ends below it", layer);
  return output;
}

/// All maps' activations at one place: (1, C, 1, 1).
Tensor maps_at(Backend& backend, const Trace& trace, int layer, int y, int x, int image) {
  check_map(trace, layer, MapSeed::kAllMaps, image);
  const DeviceTensor& output = trace.output(layer);
  check_index("a place with y of", y, output.shape().h);
  check_index("a place with x of", x, output.shape().w);
  const std::array<Window, 1> at{Window{image, y, x}};
  DeviceTensor column;
  backend.gather_windows(output, at, {1, 1}, 0.0F, nullptr, {}, column);
  return backend.download(column);
}

bool stronger(const Seed& a, const Seed& b) { return a.value > b.value; }

}  // namespace

void check_seed(const Shape& maps, const Seed& seed) {
  check_index("an image of", seed.image, maps.n);
  check_index("a map of", seed.map, maps.c);
  check_index("a place with y of", seed.y, maps.h);
  check_index("a place with x of", seed.x, maps.w);
}

void check_map(const Trace& trace, int layer, int map, int image) {
  const Shape& shape = layer_output(trace, layer).shape();
  check_index("an image of", image, shape.n);
  if (map != MapSeed::kAllMaps) check_index("a map of", map, shape.c);
}

StrongestPlaces find_strongest_places(Backend& backend, const Trace& trace, int layer) {
  const DeviceTensor& output = layer_output(trace, layer);
  DeviceTensor values;
  DeviceSwitches places;
  backend.channel_max(output, values, places);
  return {backend.read(values), backend.read(places), output.shape()};
}

std::vector<Seed> StrongestPlaces::take() {
  const Tensor value = values.take();
  const std::vector<std::uint32_t> place = places.take_switches();
  std::vector<Seed> seeds;
  seeds.reserve(place.size());
  for (std::size_t i = 0; i < place.size(); ++i) {
    const int index = static_cast<int>(i);
    const int at = static_cast<int>(place[i]);
    seeds.push_back({index / maps.c, index % maps.c, at / maps.w, at % maps.w, value.data()[i]});
  }
  return seeds;
}

std::vector<Seed> strongest_places(Backend& backend, const Trace& trace, int layer) {
  return find_strongest_places(backend, trace, layer).take();
}

std::vector<Seed> strongest_maps(Backend& backend, const Trace& trace, int layer, int count, int image) {
  check_map(trace, layer, MapSeed::kAllMaps, image);
  const int maps = trace.output(layer).shape().c;
  const std::vector<Seed> all = strongest_places(backend, trace, layer);
  const auto first = all.begin() + static_cast<std::ptrdiff_t>(image) * maps;
  std::vector<Seed> seeds(first, first + maps);
  std::stable_sort(seeds.begin(), seeds.end(), stronger);
  seeds.resize(static_cast<std::size_t>(std::clamp(count, 0, maps)));
  return seeds;
}

Seed strongest_place(Backend& backend, const Trace& trace, int layer, int map, int image) {
  check_map(trace, layer, MapSeed::kAllMaps, image);
  const int maps = trace.output(layer).shape().c;
  check_index("a map of", map, maps);
  const std::vector<Seed> all = strongest_places(backend, trace, layer);
  return *(all.begin() + static_cast<std::ptrdiff_t>(image) * maps + map);
}

Seed seed_at(Backend& backend, const Trace& trace, int layer, int map, int y, int x, int image) {
  const Tensor column = maps_at(backend, trace, layer, y, x, image);
  check_index("a map of", map, column.shape().c);
  return {image, map, y, x, column.at(0, map, 0, 0)};
}

Seed strongest_map_at(Backend& backend, const Trace& trace, int layer, int y, int x, int image) {
  const Tensor column = maps_at(backend, trace, layer, y, x, image);
  const auto values = column.values();
  const auto best = std::max_element(values.begin(), values.end());
  return {image, static_cast<int>(best - values.begin()), y, x, *best};
}

}  // namespace zf
