#include "core/deconv/project.h"

#include <algorithm>
#include <utility>

#include "core/tensor/error.h"

namespace zf {

namespace {

void copy_items(const Tensor& from, Tensor& to, std::size_t first) {
  std::copy(from.values().begin(), from.values().end(), to.data() + first * to.shape().item());
}

}  // namespace

Tensor Projections::whole(int item) const { return part(item, {0, 0, input.h, input.w}); }

Tensor Projections::part(int item, const PixelRect& rect) const {
  const Shape& shape = pixels.shape();
  const Window& window = at.at(static_cast<std::size_t>(item));
  Tensor result(Shape{1, shape.c, rect.h, rect.w});
  const int top = std::max(rect.y, window.y);
  const int bottom = std::min(rect.y + rect.h, window.y + shape.h);
  const int left = std::max(rect.x, window.x);
  const int columns = std::min(rect.x + rect.w, window.x + shape.w) - left;
  if (columns <= 0) return result;
  for (int c = 0; c < shape.c; ++c) {
    for (int y = top; y < bottom; ++y) {
      const std::size_t from = static_cast<std::size_t>(y - window.y) * static_cast<std::size_t>(shape.w);
      const auto row = pixels.plane(item, c).subspan(from + static_cast<std::size_t>(left - window.x));
      std::copy_n(row.begin(), columns, &result.at(0, c, y - rect.y, left - rect.x));
    }
  }
  return result;
}

Projections Projector::project(int layer, std::span<const Seed> seeds) {
  Shape maps = net_->shapes().at(static_cast<std::size_t>(layer));
  maps.n = trace_->input().shape().n;
  for (const Seed& seed : seeds) check_seed(maps, seed);
  return project_in_chunks(layer, seeds, {1, 1});
}

Projections Projector::project_maps(int layer, std::span<const MapSeed> seeds) {
  for (const MapSeed& seed : seeds) check_map(*trace_, layer, seed.map, seed.image);
  return project_in_chunks(layer, seeds, net_->shapes().at(static_cast<std::size_t>(layer)).map());
}

template <typename AnySeed>
Projections Projector::project_in_chunks(int layer, std::span<const AnySeed> seeds, Size window) {
  if (layer > logits_layer(net_->network())) fail("expected a layer below softmax, found {}", net_->network().layers.back().name);
  const std::size_t fits = std::max<std::size_t>(memory_ / peak_bytes(layer, window), 1);
  const std::size_t chunks = (seeds.size() + fits - 1) / fits;
  Projections result{{}, {}, net_->network().input.map()};
  for (std::size_t i = 0, first = 0; i < chunks; ++i) {
    const std::size_t count = (seeds.size() - first) / (chunks - i);
    plant(layer, seeds.subspan(first, count));
    pass_.run(layer, signal_);
    Tensor pixels = net_->backend().download(signal_.g);
    result.at.insert(result.at.end(), signal_.at.begin(), signal_.at.end());
    if (chunks == 1) {
      result.pixels = std::move(pixels);
    } else {
      Shape all = pixels.shape();
      all.n = static_cast<int>(seeds.size());
      if (result.pixels.empty()) result.pixels = Tensor::uninitialised(all);
      copy_items(pixels, result.pixels, first);
    }
    first += count;
  }
  return result;
}

/// On windows of 1x1, each with its activation.
void Projector::plant(int layer, std::span<const Seed> seeds) {
  Tensor g(Shape{static_cast<int>(seeds.size()), net_->shapes().at(static_cast<std::size_t>(layer)).c, 1, 1});
  signal_.at.clear();
  for (const Seed& seed : seeds) {
    g.at(static_cast<int>(signal_.at.size()), seed.map, 0, 0) = seed.value;
    signal_.at.push_back({seed.image, seed.y, seed.x});
  }
  net_->backend().upload(g, signal_.g);
}

/// On windows that cover the maps, so that several may belong to one image.
void Projector::plant(int layer, std::span<const MapSeed> seeds) {
  Shape shape = trace_->output(layer).shape();
  shape.n = static_cast<int>(seeds.size());
  Tensor g(shape);
  signal_.at.clear();
  Tensor maps;
  int held = -1;  // the image whose maps are there
  for (const MapSeed& seed : seeds) {
    if (seed.image != held) maps = net_->backend().download(trace_->output(layer), seed.image, 1);
    held = seed.image;
    const int item = static_cast<int>(signal_.at.size());
    const int first = seed.map == MapSeed::kAllMaps ? 0 : seed.map;
    const int last = seed.map == MapSeed::kAllMaps ? shape.c - 1 : seed.map;
    for (int c = first; c <= last; ++c) std::copy_n(maps.plane(0, c).begin(), shape.plane(), g.plane(item, c).begin());
    signal_.at.push_back({seed.image, 0, 0});
  }
  net_->backend().upload(g, signal_.g);
}

/// Of one seed's two largest neighbouring signals on the way down.
std::size_t Projector::peak_bytes(int layer, Size window) const {
  const auto elements = [](const Shape& maps, Size size) { return Shape{1, maps.c, size.h, size.w}.size(); };
  std::size_t above = elements(net_->shapes().at(static_cast<std::size_t>(layer)), window);
  std::size_t peak = above;
  for (int i = layer; i >= 0; --i) {
    const Shape& in = net_->input_shape(i);
    window = reached_window(net_->network().layers[static_cast<std::size_t>(i)].op, in, window);
    const std::size_t below = elements(in, window);
    peak = std::max(peak, above + below);
    above = below;
  }
  return peak * sizeof(float);
}

}  // namespace zf
