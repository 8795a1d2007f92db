#include "core/deconv/project.h"

#include <algorithm>
#include <map>
#include <utility>

#include "core/tensor/error.h"

namespace zf {

namespace {

/// Tensors of items, one behind the other.
Tensor join(std::vector<Tensor> parts) {
  if (parts.size() == 1) return std::move(parts.front());
  Shape shape = parts.empty() ? Shape{} : parts.front().shape();
  shape.n = 0;
  for (const Tensor& part : parts) shape.n += part.shape().n;
  Tensor all = Tensor::uninitialised(shape);
  float* next = all.data();
  for (const Tensor& part : parts) next = std::copy_n(part.data(), part.size(), next);
  return all;
}

}  // namespace

bool PendingProjections::ready() const {
  return std::all_of(chunks_.begin(), chunks_.end(), [](const Readback& chunk) { return chunk.ready(); });
}

Projections PendingProjections::take() {
  std::vector<Tensor> parts;
  for (Readback& chunk : chunks_) parts.push_back(chunk.take());
  return {join(std::move(parts)), std::move(at_), input_};
}

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

PendingProjections Projector::start(int layer, std::span<const Seed> seeds) {
  Shape maps = net_->shapes().at(static_cast<std::size_t>(layer));
  maps.n = trace_->input().shape().n;
  for (const Seed& seed : seeds) check_seed(maps, seed);
  return project_in_chunks(layer, seeds, {1, 1});
}

Projections Projector::project_maps(int layer, std::span<const MapSeed> seeds) {
  for (const MapSeed& seed : seeds) check_map(*trace_, layer, seed.map, seed.image);
  return project_in_chunks(layer, seeds, net_->shapes().at(static_cast<std::size_t>(layer)).map()).take();
}

template <typename AnySeed>
PendingProjections Projector::project_in_chunks(int layer, std::span<const AnySeed> seeds, Size window) {
  if (layer > logits_layer(net_->network())) fail("expected a layer below softmax, found {}", net_->network().layers.back().name);
  const std::size_t fits = std::max<std::size_t>(memory_ / peak_bytes(layer, window), 1);
  const std::size_t chunks = (seeds.size() + fits - 1) / fits;
  PendingProjections result;
  result.input_ = net_->network().input.map();
  for (std::size_t i = 0, first = 0; i < chunks; ++i) {
    const std::size_t count = (seeds.size() - first) / (chunks - i);
    plant(layer, seeds.subspan(first, count));
    pass_.run(layer, signal_);
    result.chunks_.push_back(net_->backend().read(signal_.g));
    result.at_.insert(result.at_.end(), signal_.at.begin(), signal_.at.end());
    first += count;
  }
  return result;
}

/// On windows of 1x1, each with its activation.
void Projector::plant(int layer, std::span<const Seed> seeds) {
  Backend& backend = net_->backend();
  backend.resize(signal_.g, {static_cast<int>(seeds.size()), net_->shapes().at(static_cast<std::size_t>(layer)).c, 1, 1});
  backend.fill(signal_.g, 0);
  signal_.at.clear();
  std::vector<Point> points;
  for (const Seed& seed : seeds) {
    points.push_back({static_cast<int>(signal_.at.size()), seed.map, 0, 0, seed.value});
    signal_.at.push_back({seed.image, seed.y, seed.x});
  }
  backend.put(points, signal_.g);
}

/// On windows that cover the maps, so that several may belong to one image. Map by map, those that are not wanted come from outside.
void Projector::plant(int layer, std::span<const MapSeed> seeds) {
  const DeviceTensor& maps = trace_->output(layer);
  const Shape& shape = maps.shape();
  signal_.at.clear();
  std::vector<Window> planes;
  for (const MapSeed& seed : seeds) {
    for (int c = 0; c < shape.c; ++c) {
      const bool wanted = seed.map == MapSeed::kAllMaps || seed.map == c;
      planes.push_back({seed.image * shape.c + c, wanted ? 0 : shape.h, 0});
    }
    signal_.at.push_back({seed.image, 0, 0});
  }
  Backend& backend = net_->backend();
  backend.gather_windows(Backend::view(maps, {shape.n * shape.c, 1, shape.h, shape.w}), planes, shape.map(), 0.0F, nullptr, {}, signal_.g);
  signal_.g = Backend::view(signal_.g, {static_cast<int>(seeds.size()), shape.c, shape.h, shape.w});
}

/// Of one seed's signals, where the most are under way at once.
std::size_t Projector::peak_bytes(int layer, Size window) const {
  const Graph& graph = net_->graph();
  std::map<int, Size> windows{{layer, window}};  // of the signals that wait
  const auto elements = [this](int value, Size size) { return Shape{1, net_->shape(value).c, size.h, size.w}.size(); };
  std::size_t held = elements(layer, window);
  std::size_t peak = held;
  while (windows.rbegin()->first != kPicture) {
    const auto [from, size] = *windows.rbegin();
    windows.erase(from);
    for (const int value : graph.inputs(from)) {
      const Size reached = reached_window(net_->network().layers[static_cast<std::size_t>(from)].op, net_->shape(value), size);
      const auto [found, fresh] = windows.try_emplace(value, reached);
      if (!fresh) {
        held -= elements(value, found->second);
        found->second = {std::max(found->second.h, reached.h), std::max(found->second.w, reached.w)};
      }
      held += elements(value, found->second);
    }
    peak = std::max(peak, held);
    held -= elements(from, size);
  }
  return peak * sizeof(float);
}

}  // namespace zf
