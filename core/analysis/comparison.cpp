#include "core/analysis/comparison.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "core/nn/receptive_field.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

/// The indices of the first two conv layers, after their ReLU.
std::array<int, 2> first_two(const Network& network) {
  std::vector<int> found;
  for (const Layer& layer : network.layers) {
    if (std::holds_alternative<ConvLayer>(layer.op)) found.push_back(find_layer(network, layer.name));
    if (found.size() == 2) break;
  }
  if (found.size() < 2) fail("network {}: expected at least two conv layers, found {}", network.name, found.size());
  return {found[0], found[1]};
}

double dead_part(const std::vector<float>& greatest, double threshold) {
  const float limit = dead_limit(greatest, threshold);
  const auto dead = std::count_if(greatest.begin(), greatest.end(), [limit](float value) { return value <= limit; });
  return static_cast<double>(dead) / static_cast<double>(greatest.size());
}

}  // namespace

float dead_limit(const std::vector<float>& greatest, double threshold) {
  const float most = greatest.empty() ? 0.0F : *std::max_element(greatest.begin(), greatest.end());
  return static_cast<float>(threshold * static_cast<double>(std::max(most, 0.0F)));
}

ProfileJob::ProfileJob(const Net& net, ComparisonOptions options, std::size_t count, Source photo)
    : net_(&net), options_(options), count_(count), photo_(std::move(photo)), layers_(first_two(net.network())) {
  const Network& network = net.network();
  const int front = net.graph().readers(kPicture).front();
  const LayerOp& front_op = network.layers[static_cast<std::size_t>(front)].op;
  const auto* const first = std::get_if<ConvLayer>(&front_op);
  if (first == nullptr) fail("network {}: expected a conv layer first, found {}", network.name, type_name(front_op));
  if (!(options_.dead >= 0 && options_.dead < 1)) fail("comparison: expected 0 <= dead < 1, found {}", options_.dead);
  if (options_.batch < 1) fail("comparison: expected a batch of at least 1, found {}", options_.batch);
  profile_.stride = first->stride;
  profile_.filters = net.backend().download(net.weights(front).weight);
  profile_.measures = measure_filters(profile_.filters, first->stride);
  profile_.dominance = dominance(profile_.measures);
}

/// Before the first batch of photos.
void ProfileJob::prepare() {
  const Network& network = net_->network();
  for (const int layer : layers_) {
    const int maps = net_->shapes()[static_cast<std::size_t>(layer)].c;
    profile_.layers.push_back({view_name(network, layer), std::vector<float>(static_cast<std::size_t>(maps), 0.0F), 0});
  }
  best_.resize(profile_.layers[1].greatest.size());
  const Size field = receptive_fields(network)[static_cast<std::size_t>(layers_[1])].size;
  profile_.projections = Tensor({static_cast<int>(best_.size()), network.input.c, field.h, field.w});
}

/// The second pass begins when the first is known.
Step ProfileJob::step() {
  const auto more = [this] { return searched_ < count_ || (is_searched() && projected_ < holders_.size()); };
  const Step step = in_flight_.step(more, [this] { start_batch(); });
  return step == Step::kDone && more() ? Step::kMore : step;
}

void ProfileJob::start_batch() {
  if (searched_ < count_) {
    search();
  } else {
    project();
  }
}

double ProfileJob::progress() const {
  if (count_ == 0) return 1;
  // Before the search has ended, every photo may hold a strongest activation.
  const std::size_t second = is_searched() ? holders_.size() : count_;
  return static_cast<double>(found_ + done_) / static_cast<double>(count_ + second);
}

std::optional<Tensor> ProfileJob::photo(std::size_t i) const {
  const Shape& input = net_->network().input;
  std::optional<Tensor> photo = photo_(i);
  if (photo && photo->shape() != input) fail("comparison: expected photos of {}, found {}", to_string(input), to_string(photo->shape()));
  return photo;
}

void ProfileJob::forward(const std::vector<Tensor>& photos) {
  const Shape& input = net_->network().input;
  Tensor images = Tensor::uninitialised({static_cast<int>(photos.size()), input.c, input.h, input.w});
  for (std::size_t i = 0; i < photos.size(); ++i) {
    std::copy(photos[i].values().begin(), photos[i].values().end(),
              images.values().begin() + static_cast<std::ptrdiff_t>(i * input.item()));
  }
  net_->backend().upload(images, input_);
  net_->forward(input_, trace_, layers_[1]);
}

void ProfileJob::search() {
  std::vector<Tensor> photos;
  const std::size_t end = std::min(count_, searched_ + static_cast<std::size_t>(options_.batch));
  for (std::size_t i = searched_; i < end && i < count_; ++i) {
    if (std::optional<Tensor> next = photo(i)) {
      photos.push_back(std::move(*next));
    } else {
      count_ = i;
    }
  }
  if (photos.empty()) {
    if (is_searched()) finish_search();
    return;
  }
  if (searched_ == 0) prepare();
  forward(photos);
  std::vector<StrongestPlaces> places;
  for (const int layer : layers_) places.push_back(find_strongest_places(net_->backend(), trace_, layer));
  in_flight_.add(std::move(places), [this, first = searched_](std::vector<StrongestPlaces>& layers) { keep(first, layers); });
  searched_ += photos.size();
}

void ProfileJob::keep(std::size_t first, std::vector<StrongestPlaces>& layers) {
  found_ += static_cast<std::size_t>(layers.front().maps.n);
  for (std::size_t k = 0; k < layers.size(); ++k) {
    std::vector<float>& greatest = profile_.layers[k].greatest;
    for (Seed seed : layers[k].take()) {
      const auto map = static_cast<std::size_t>(seed.map);
      if (!(seed.value > greatest[map])) continue;
      greatest[map] = seed.value;
      seed.image += static_cast<int>(first);
      if (k == 1) best_[map] = seed;
    }
  }
  if (is_searched()) finish_search();
}

void ProfileJob::finish_search() {
  profile_.photos = count_;
  for (MapsMeasure& layer : profile_.layers) layer.dead = dead_part(layer.greatest, options_.dead);
  std::set<std::size_t> holders;
  for (const Seed& seed : best_) {
    if (seed.value > 0) holders.insert(static_cast<std::size_t>(seed.image));
  }
  holders_.assign(holders.begin(), holders.end());
}

void ProfileJob::project() {
  const std::size_t end = std::min(projected_ + static_cast<std::size_t>(options_.batch), holders_.size());
  const std::vector<std::size_t> photos(holders_.begin() + static_cast<std::ptrdiff_t>(projected_),
                                        holders_.begin() + static_cast<std::ptrdiff_t>(end));
  std::vector<Tensor> images;
  for (const std::size_t i : photos) {
    std::optional<Tensor> image = photo(i);
    if (!image) fail("comparison: expected photo {} again, found none", i);
    images.push_back(std::move(*image));
  }
  forward(images);
  std::vector<Seed> seeds;
  for (Seed seed : best_) {
    const auto holder = std::find(photos.begin(), photos.end(), static_cast<std::size_t>(seed.image));
    if (!(seed.value > 0) || holder == photos.end()) continue;
    seed.image = static_cast<int>(holder - photos.begin());
    seeds.push_back(seed);
  }
  in_flight_.add(Projector(*net_, trace_, Rule::kDeconvnet).start(layers_[1], seeds),
                 [this, seeds](PendingProjections& projections) { keep(seeds, projections.take()); });
  projected_ = end;
}

void ProfileJob::keep(const std::vector<Seed>& seeds, const Projections& projections) {
  const ReceptiveField field = receptive_fields(net_->network())[static_cast<std::size_t>(layers_[1])];
  std::set<int> photos;
  for (std::size_t i = 0; i < seeds.size(); ++i) {
    const Tensor part = projections.part(static_cast<int>(i), field_at(field, seeds[i].y, seeds[i].x));
    const auto item = static_cast<std::ptrdiff_t>(profile_.projections.shape().item()) * seeds[i].map;
    std::copy(part.values().begin(), part.values().end(), profile_.projections.values().begin() + item);
    photos.insert(seeds[i].image);
  }
  done_ += photos.size();
}

}  // namespace zf
