#include "core/analysis/evolution.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/data/random.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

/// The cosine of two projections of one size; 0 where one of them is zero.
double cosine(const Tensor& a, const Tensor& b) {
  double product = 0;
  double square_a = 0;
  double square_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = a.data()[i];
    const double y = b.data()[i];
    product += x * y;
    square_a += x * x;
    square_b += y * y;
  }
  return square_a > 0 && square_b > 0 ? product / std::sqrt(square_a * square_b) : 0;
}

bool is_active(const Peak& peak) { return peak.value != 0.0F; }

/// Whether a map's strongest photo is the same at two snapshots; a map that is dead at either has none.
bool same_photo(const Peak& a, const Peak& b) { return is_active(a) && is_active(b) && a.image == b.image; }

double mean(const std::vector<double>& values) {
  return values.empty() ? 0 : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

EvolutionJob::EvolutionJob(Backend& backend, std::vector<Snapshot> snapshots, PhotoList photos, const ImageDecoder& decoder,
                           const EvolutionOptions& options)
    : backend_(&backend),
      snapshots_(std::move(snapshots)),
      list_(std::move(photos)),
      decoder_(&decoder),
      options_(options),
      left_(snapshots_.size()) {
  if (left_ < 2) fail("expected at least two snapshots, found {}", left_);
  open();
}

/// Loads the snapshot that is next: the last one first, since it says which maps are alive in the end.
void EvolutionJob::open() {
  Model model = load_model(snapshots_[left_ - 1].path);
  preprocess_ = model.preprocess;
  net_ = std::make_unique<Net>(*backend_, std::move(model.network), std::move(model.parameters));
  if (store_ == nullptr) {
    store_ = std::make_unique<PhotoStore>(list_.dataset(), *decoder_, PhotoStore::Limits{preprocess_.longest_side(), options_.memory});
    for (ConvOutput& output : conv_outputs(net_->network(), options_.layers)) {
      layers_.emplace_back().output = std::move(output);
      peaks_.emplace_back(snapshots_.size());
    }
  }
  std::vector<ConvOutput> outputs;
  for (const LayerEvolution& layer : layers_) outputs.push_back(layer.output);
  scan_ = std::make_unique<ActivationScan>(*net_, *store_, preprocess_, outputs, ScanOptions{1, options_.batch, options_.threads});
}

Step EvolutionJob::step() {
  if (left_ == 0) return Step::kDone;
  if (winners_ == nullptr) {
    const Step step = scan_->step();
    if (step != Step::kDone) return step;
    begin_projecting();
    return Step::kMore;
  }
  if (const Step step = winners_->step(); step != Step::kDone) return step;
  winners_.reset();
  scan_.reset();
  net_.reset();
  if (--left_ > 0) {
    open();
    return Step::kMore;
  }
  finish();
  return Step::kDone;
}

void EvolutionJob::begin_projecting() {
  images_ = scan_->state().images;
  if (images_ == 0) fail("{}: expected photos that can be read, found none among {}", list_.folder, list_.names.size());
  std::vector<Winner> winners;
  std::vector<ConvOutput> outputs;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const TopK& best = scan_->state().best[i];
    std::vector<Peak>& peaks = peaks_[i][left_ - 1];
    for (int map = 0; map < best.maps(); ++map) peaks.push_back(best.best(map).front());
    if (left_ == snapshots_.size()) choose(i);
    std::vector<int> maps;
    for (MapEvolution& map : layers_[i].maps) {
      maps.push_back(map.map);
      EvolutionPoint& point = map.points[left_ - 1];
      point.peak = peaks[static_cast<std::size_t>(map.map)];
      const int place = static_cast<int>(point.peak.place);
      point.y = place / layers_[i].output.maps.w;
      point.x = place % layers_[i].output.maps.w;
      const Size field = layers_[i].output.field.size;
      point.projection = Tensor(Shape{1, net_->network().input.c, field.h, field.w});
    }
    if (!maps.empty()) {
      const std::vector<Winner> some = winners_of(i, best, maps);
      winners.insert(winners.end(), some.begin(), some.end());
    }
    outputs.push_back(layers_[i].output);
  }
  const WinnerOptions options{options_.rule, options_.lrn, options_.patches, options_.batch, options_.threads};
  winners_ = std::make_unique<WinnerPass>(*net_, *store_, preprocess_, outputs, std::move(winners), options,
                                          [this](std::span<const ProjectedWinner> p) { keep(p); });
}

void EvolutionJob::choose(std::size_t layer) {
  std::vector<int> maps = options_.chosen;
  const std::vector<Peak>& peaks = peaks_[layer].back();
  for (const int map : maps) {
    if (map < 0 || std::cmp_greater_equal(map, peaks.size())) {
      fail("{}: expected maps of 0 to {}, found {}", layers_[layer].output.name, peaks.size() - 1, map);
    }
  }
  if (maps.empty()) {
    for (std::size_t map = 0; map < peaks.size(); ++map) {
      if (is_active(peaks[map])) maps.push_back(static_cast<int>(map));
    }
    Random random(options_.seed, RandomUse::kOrder, layer);
    for (std::size_t i = maps.size(); i > 1; --i) std::swap(maps[i - 1], maps[static_cast<std::size_t>(random.below(i))]);
    maps.resize(std::min(maps.size(), static_cast<std::size_t>(std::max(options_.maps, 1))));
  }
  std::sort(maps.begin(), maps.end());
  maps.erase(std::unique(maps.begin(), maps.end()), maps.end());
  for (const int map : maps) layers_[layer].maps.push_back({map, std::vector<EvolutionPoint>(snapshots_.size())});
}

void EvolutionJob::keep(std::span<const ProjectedWinner> projected) {
  for (const ProjectedWinner& p : projected) {
    for (MapEvolution& map : layers_[p.winner.layer].maps) {
      if (map.map != p.winner.map) continue;
      map.points[left_ - 1].projection = p.projection;
      map.points[left_ - 1].patch = p.patch;
    }
  }
}

void EvolutionJob::finish() {
  for (std::size_t i = 0; i < layers_.size(); ++i) compare(layers_[i], i);
}

void EvolutionJob::compare(LayerEvolution& layer, std::size_t index) {
  const auto& peaks = peaks_[index];
  const std::size_t maps = peaks.front().size();
  for (std::size_t s = 0; s < snapshots_.size(); ++s) {
    std::vector<double> activation;
    std::vector<double> same;
    std::vector<double> similar;
    for (std::size_t map = 0; map < maps; ++map) {
      activation.push_back(peaks[s][map].value);
      if (s == 0 || !is_active(peaks[s][map]) || !is_active(peaks[s - 1][map])) continue;
      same.push_back(same_photo(peaks[s][map], peaks[s - 1][map]) ? 1 : 0);
    }
    for (MapEvolution& map : layer.maps) {
      if (s == 0) continue;
      EvolutionPoint& point = map.points[s];
      point.similarity = cosine(point.projection, map.points[s - 1].projection);
      point.takes_lead = is_active(point.peak) && !same_photo(point.peak, map.points[s - 1].peak);
      similar.push_back(point.similarity);
    }
    layer.activation.push_back(mean(activation));
    layer.same_photo.push_back(mean(same));
    layer.similarity.push_back(mean(similar));
  }
  std::vector<double> settled;
  for (std::size_t map = 0; map < maps; ++map) {
    if (!is_active(peaks.back()[map])) continue;
    std::size_t s = snapshots_.size() - 1;
    while (s > 0 && same_photo(peaks[s - 1][map], peaks[s][map])) --s;
    settled.push_back(snapshots_[s].epoch);
  }
  layer.settled = mean(settled);
}

double EvolutionJob::progress() const {
  if (left_ == 0) return 1;
  constexpr double kScan = 0.6;  // about its part of a snapshot's time
  const double within = winners_ != nullptr ? kScan + (1 - kScan) * winners_->progress() : kScan * scan_->progress();
  return (static_cast<double>(snapshots_.size() - left_) + within) / static_cast<double>(snapshots_.size());
}

}  // namespace zf
