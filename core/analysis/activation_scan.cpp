#include "core/analysis/activation_scan.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/data/batches.h"
#include "core/tensor/error.h"
#include "core/tensor/stopwatch.h"

namespace zf {

namespace {

ScanState begun(ScanState state, const std::vector<ConvOutput>& layers, int top) {
  if (state.best.empty()) {
    for (const ConvOutput& layer : layers) state.best.emplace_back(layer.maps.c, top);
  }
  return state;
}

}  // namespace

void check_fits(const Net& net, const Preprocess& preprocess) {
  const Shape expected = preprocess.input();
  if (net.network().input == expected) return;
  fail("network {}: expected an input of {}, found {}", net.network().name, to_string(expected), to_string(net.network().input));
}

ActivationScan::ActivationScan(const Net& net, PhotoStore& photos, const Preprocess& preprocess, std::vector<ConvOutput> layers,
                               const ScanOptions& options, ScanState state)
    : net_(&net),
      photos_(&photos),
      layers_(std::move(layers)),
      batch_photos_(std::max(1, options.batch)),
      shard_(options.shard),
      batches_(batch_count(photos.size(), batch_photos_, shard_)),
      started_(std::min(state.batches, batches_)),
      state_(begun(std::move(state), layers_, options.top)),
      loader_(started_, batches_, options.threads,
              own_batches(shard_, centre_batches(photos, preprocess, places(0, photos.size()), batch_photos_))) {
  check_fits(net, preprocess);
}

Step ActivationScan::step() {
  return in_flight_.step([this] { return started_ < batches_; }, [this] { start_batch(); });
}

void ActivationScan::start_batch() {
  loader_.next(batch_);
  const auto [first, end] = batch_range(photos_->size(), batch_photos_, static_cast<int>(shard_.at(static_cast<std::size_t>(started_++))));
  std::vector<Readback> tickets;
  if (!batch_.labels.empty()) {
    Backend& backend = net_->backend();
    const Stopwatch watch;
    backend.upload(batch_.images, images_);
    std::vector<int> wanted;
    for (const ConvOutput& layer : layers_) wanted.push_back(layer.layer);
    net_->infer(images_, trace_, wanted);
    forward_seconds_ += watch.seconds();
    for (const ConvOutput& layer : layers_) {
      backend.channel_max(trace_.output(layer.layer), values_, places_);
      tickets.push_back(backend.read(values_));
      tickets.push_back(backend.read(places_));
    }
  }
  const std::size_t skipped = end - first - batch_.labels.size();
  in_flight_.add(std::move(tickets),
                 [this, photos = batch_.labels, skipped](std::vector<Readback>& answers) { keep(photos, skipped, answers); });
}

/// Each layer's values and places.
void ActivationScan::keep(const std::vector<int>& photos, std::size_t skipped, std::vector<Readback>& answers) {
  for (std::size_t layer = 0; 2 * layer < answers.size(); ++layer) {
    const Tensor values = answers[2 * layer].take();
    const std::vector<std::uint32_t> places = answers[2 * layer + 1].take_switches();
    const std::size_t maps = values.shape().item();
    for (std::size_t i = 0; i < photos.size(); ++i) {
      state_.best[layer].add(photos[i], values.values().subspan(i * maps, maps), std::span(places).subspan(i * maps, maps));
    }
  }
  state_.images += static_cast<std::int64_t>(photos.size());
  state_.skipped += static_cast<std::int64_t>(skipped);
  ++state_.batches;
}

double ActivationScan::progress() const { return batches_ == 0 ? 1 : static_cast<double>(state_.batches) / batches_; }

}  // namespace zf
