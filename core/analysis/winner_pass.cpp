#include "core/analysis/winner_pass.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "core/analysis/activation_scan.h"
#include "core/data/batches.h"
#include "core/io/resample.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

std::vector<Winner> by_image(std::vector<Winner> winners) {
  const auto key = [](const Winner& w) { return std::make_tuple(w.peak.image, w.layer, w.map, w.rank); };
  std::sort(winners.begin(), winners.end(), [&](const Winner& a, const Winner& b) { return key(a) < key(b); });
  return winners;
}

std::vector<std::size_t> images_of(const std::vector<Winner>& winners) {
  std::vector<std::size_t> images;
  for (const Winner& winner : winners) {
    const auto image = static_cast<std::size_t>(winner.peak.image);
    if (images.empty() || images.back() != image) images.push_back(image);
  }
  return images;
}

}  // namespace

std::vector<Winner> winners_of(std::size_t layer, const TopK& best, std::span<const int> maps) {
  std::vector<int> all(static_cast<std::size_t>(best.maps()));
  std::iota(all.begin(), all.end(), 0);
  std::vector<Winner> winners;
  for (const int map : maps.empty() ? std::span<const int>(all) : maps) {
    int rank = 0;
    for (const Peak& peak : best.best(map)) {
      if (peak.value != 0.0F) winners.push_back({layer, map, rank, peak});
      ++rank;
    }
  }
  return winners;
}

WinnerPass::WinnerPass(const Net& net, PhotoStore& photos, const Preprocess& preprocess, std::vector<ConvOutput> layers,
                       std::vector<Winner> winners, const WinnerOptions& options, Sink sink, int done)
    : net_(&net),
      photos_(&photos),
      preprocess_(preprocess),
      layers_(std::move(layers)),
      winners_(by_image(std::move(winners))),
      images_(images_of(winners_)),
      options_(options),
      sink_(std::move(sink)),
      batches_(batch_count(images_.size(), std::max(1, options.batch), options.shard)),
      done_(std::min(done, batches_)),
      started_(done_),
      projector_(net, trace_, options.rule, options.lrn),
      loader_(done_, batches_, options.threads,
              own_batches(options.shard, centre_batches(photos, preprocess, images_, std::max(1, options.batch)))) {
  check_fits(net, preprocess);
}

Step WinnerPass::step() {
  return in_flight_.step([this] { return started_ < batches_; }, [this] { start_batch(); });
}

void WinnerPass::start_batch() {
  loader_.next(batch_);
  const auto [first, end] =
      batch_range(images_.size(), std::max(1, options_.batch), static_cast<int>(options_.shard.at(static_cast<std::size_t>(started_++))));
  for (std::size_t i = first; i < end; ++i) {
    if (std::binary_search(batch_.labels.begin(), batch_.labels.end(), static_cast<int>(images_[i]))) continue;
    fail("{}: expected the photo of the first pass, found a file that can no longer be read: the data set changed during the run",
         photos_->dataset().samples[images_[i]].path);
  }
  net_->backend().upload(batch_.images, input_);
  net_->forward(input_, trace_, std::max(0, last_traced_layer(net_->network(), layers_.back().layer, options_.rule, options_.lrn)));
  views_.clear();
  if (options_.patches) {
    const Shape& shape = batch_.images.shape();
    for (std::size_t i = 0; i < batch_.labels.size(); ++i) {
      views_.push_back(to_image(preprocess_, batch_.images.values().subspan(i * shape.item(), shape.item()), shape.map()));
    }
  }
  std::vector<Group> groups;
  for (std::size_t layer = 0; layer < layers_.size(); ++layer) project(layer, groups);
  in_flight_.add(std::move(groups), [this](std::vector<Group>& ready) { keep(ready); });
}

void WinnerPass::keep(std::vector<Group>& groups) {
  // All of a batch or none: a device may be lost between its groups.
  for (Group& group : groups) {
    const Projections projections = group.projections.take();
    for (std::size_t i = 0; i < group.winners.size(); ++i) {
      group.winners[i].projection = projections.part(static_cast<int>(i), group.winners[i].field);
    }
  }
  for (const Group& group : groups) sink_(group.winners);
  ++done_;
}

void WinnerPass::project(std::size_t layer, std::vector<Group>& groups) {
  constexpr std::size_t kAtOnce = 128;  // bounds what is on the host
  const auto first = std::lower_bound(winners_.begin(), winners_.end(), batch_.labels.front(),
                                      [](const Winner& w, int image) { return w.peak.image < image; });
  const auto end =
      std::upper_bound(first, winners_.end(), batch_.labels.back(), [](int image, const Winner& w) { return image < w.peak.image; });
  std::vector<Winner> chosen;
  std::copy_if(first, end, std::back_inserter(chosen), [&](const Winner& w) { return w.layer == layer; });
  for (std::size_t at = 0; at < chosen.size(); at += kAtOnce) {
    groups.push_back(project(layer, std::span(chosen).subspan(at, std::min(kAtOnce, chosen.size() - at))));
  }
}

WinnerPass::Group WinnerPass::project(std::size_t layer, std::span<const Winner> winners) {
  const ConvOutput& output = layers_[layer];
  std::vector<Seed> seeds;
  for (const Winner& winner : winners) {
    const auto slot = std::lower_bound(batch_.labels.begin(), batch_.labels.end(), winner.peak.image) - batch_.labels.begin();
    const int place = static_cast<int>(winner.peak.place);
    seeds.push_back({static_cast<int>(slot), winner.map, place / output.maps.w, place % output.maps.w, winner.peak.value});
  }
  Group group;
  for (std::size_t i = 0; i < winners.size(); ++i) {
    const PixelRect field = field_at(output.field, seeds[i].y, seeds[i].x);
    Image patch;
    if (options_.patches) patch = padded_crop(views_[static_cast<std::size_t>(seeds[i].image)], field);
    group.winners.push_back({winners[i], field, {}, std::move(patch)});
  }
  group.projections = projector_.start(output.layer, seeds);
  return group;
}

double WinnerPass::progress() const { return batches_ == 0 ? 1 : static_cast<double>(done_) / batches_; }

}  // namespace zf
