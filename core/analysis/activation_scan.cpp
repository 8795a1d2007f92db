#include "core/analysis/activation_scan.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <utility>

#include "core/tensor/error.h"
#include "core/train/batches.h"

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
  const Shape expected{1, 3, preprocess.crop, preprocess.crop};
  if (net.network().input == expected) return;
  fail("network {}: expected an input of {}, found {}", net.network().name, to_string(expected), to_string(net.network().input));
}

ActivationScan::ActivationScan(const Net& net, PhotoStore& photos, const Preprocess& preprocess, std::vector<ConvOutput> layers,
                               const ScanOptions& options, ScanState state)
    : net_(&net),
      photos_(&photos),
      layers_(std::move(layers)),
      batch_photos_(std::max(1, options.batch)),
      batches_(batch_count(photos.size(), batch_photos_)),
      state_(begun(std::move(state), layers_, options.top)),
      loader_(std::min(state_.batches, batches_), batches_, options.threads,
              centre_batches(photos, preprocess, places(0, photos.size()), batch_photos_)) {
  check_fits(net, preprocess);
}

bool ActivationScan::step() {
  if (state_.batches >= batches_) return false;
  loader_.next(batch_);
  const auto [first, end] = batch_range(photos_->size(), batch_photos_, state_.batches);
  const std::size_t count = batch_.labels.size();
  if (count > 0) {
    const auto start = std::chrono::steady_clock::now();
    net_->backend().upload(batch_.images, images_);
    net_->forward(images_, trace_, layers_.back().layer);
    forward_seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    for (std::size_t i = 0; i < layers_.size(); ++i) look(layers_[i], state_.best[i]);
  }
  state_.images += static_cast<std::int64_t>(count);
  state_.skipped += static_cast<std::int64_t>(end - first - count);
  return ++state_.batches < batches_;
}

void ActivationScan::look(const ConvOutput& layer, TopK& best) {
  Backend& backend = net_->backend();
  backend.channel_max(trace_.output(layer.layer), values_, places_);
  const Tensor values = backend.download(values_);
  const std::vector<std::uint32_t> places = backend.download(places_);
  const std::size_t maps = values.shape().item();
  for (std::size_t i = 0; i < batch_.labels.size(); ++i) {
    best.add(batch_.labels[i], values.values().subspan(i * maps, maps), std::span(places).subspan(i * maps, maps));
  }
}

double ActivationScan::progress() const { return batches_ == 0 ? 1 : static_cast<double>(state_.batches) / batches_; }

}  // namespace zf
