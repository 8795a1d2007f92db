#include "core/analysis/ablation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/nn/partial_forward.h"
#include "core/nn/prediction.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

constexpr int kMaps = 32;  // at once

/// Whether a map of its output follows from the map itself and, in a normalisation, its neighbours.
bool works_map_by_map(const LayerOp& op) {
  return std::visit(
      Match{[](const OneOf<MaxPoolLayer, LrnLayer, ReluLayer, DropoutLayer> auto&) { return true; }, [](const auto&) { return false; }},
      op);
}

std::vector<float> values_of(const Tensor& tensor) { return {tensor.values().begin(), tensor.values().end()}; }

/// Sets a part of one image's maps to 0.
void silence(Backend& backend, const Mute& mute, DeviceTensor& maps) {
  const Shape& shape = maps.shape();
  if (mute.map == Mute::kAll) {
    backend.fill(maps, 0);
  } else if (mute.y == Mute::kAll) {
    DeviceTensor planes = Backend::view(maps, {shape.c, 1, shape.h, shape.w});
    backend.fill(planes, 0, mute.map, 1);
  } else {
    backend.put(std::vector<Point>{{0, mute.map, mute.y, mute.x, 0}}, maps);
  }
}

}  // namespace

Ablation::Ablation(const Net& net, const Tensor& input) : net_(&net) {
  DeviceTensor image;
  net.backend().upload(input, image);
  const int logits = logits_layer(net.network());
  net.forward(image, clean_, logits);
  clean_logits_ = values_of(net.backend().download(clean_.output(logits)));
}

void Ablation::check(const Mute& mute) const {
  const int logits = logits_layer(net_->network());
  if (mute.layer < 0 || mute.layer >= logits) fail("ablation: expected a layer below the logits, found number {}", mute.layer);
  const Shape& shape = net_->shapes()[static_cast<std::size_t>(mute.layer)];
  const std::string name = view_name(net_->network(), mute.layer);
  if (mute.map != Mute::kAll && (mute.map < 0 || mute.map >= shape.c)) {
    fail("ablation: expected a map of {} from 0 to {}, found {}", name, shape.c - 1, mute.map);
  }
  const bool whole = mute.y == Mute::kAll && mute.x == Mute::kAll;
  const bool inside = mute.y >= 0 && mute.y < shape.h && mute.x >= 0 && mute.x < shape.w;
  if (!whole && (!inside || mute.map == Mute::kAll)) {
    fail("ablation: expected a place within a map of {} ({}x{}), found {}, {}", name, shape.h, shape.w, mute.y, mute.x);
  }
}

std::vector<float> Ablation::logits(std::span<const Mute> mutes) {
  if (mutes.empty()) return clean_logits_;
  for (const Mute& mute : mutes) check(mute);
  std::vector<Mute> upwards(mutes.begin(), mutes.end());
  std::stable_sort(upwards.begin(), upwards.end(), [](const Mute& a, const Mute& b) { return a.layer < b.layer; });
  Backend& backend = net_->backend();
  PartialForward again(*net_, clean_, muted_);
  for (auto mute = upwards.begin(); mute != upwards.end();) {
    const int layer = mute->layer;
    again.run(layer);
    const DeviceTensor& whole = again.output(layer);
    DeviceTensor maps;
    backend.resize(maps, whole.shape());
    backend.copy(whole, maps, 0);
    for (; mute != upwards.end() && mute->layer == layer; ++mute) silence(backend, *mute, maps);
    again.replace(layer, maps);
  }
  const int logits = logits_layer(net_->network());
  again.run(logits);
  return values_of(backend.download(again.output(logits)));
}

AblationRanking::AblationRanking(const Net& net, const Ablation& ablation, const std::vector<int>& layers)
    : net_(&net), ablation_(&ablation) {
  const int logits = logits_layer(net.network());
  const auto classes = static_cast<int>(ablation.clean_logits().size());
  for (const int layer : layers) {
    if (layer < 0 || layer >= logits) fail("ablation: expected layers below the logits, found {}", view_name(net.network(), layer));
    const int maps = net.shapes()[static_cast<std::size_t>(layer)].c;
    const std::size_t size = static_cast<std::size_t>(maps) * static_cast<std::size_t>(classes);
    rankings_.push_back({layer, maps, classes, std::vector<float>(size, std::numeric_limits<float>::quiet_NaN())});
  }
}

Step AblationRanking::step() {
  return in_flight_.step([this] { return current_ < rankings_.size(); }, [this] { run_batch(); });
}

void AblationRanking::run_batch() {
  if (next_map_ == 0) begin_layer();
  const int count = std::min(kMaps, rankings_[current_].maps - next_map_);
  run(next_map_, count);
  next_map_ += count;
  if (next_map_ < rankings_[current_].maps) return;
  ++current_;
  next_map_ = 0;
}

double AblationRanking::progress() const {
  int all = 0;
  for (const LayerRanking& ranking : rankings_) all += ranking.maps;
  return all == 0 ? 1 : static_cast<double>(finished_) / all;
}

/// Looks for the layer with weights that alone reads this one, through layers that work map by map, and what it sums up on the clean
/// image. Where there is none, maps are muted in whole.
void AblationRanking::begin_layer() {
  reach_ = 0;
  between_.clear();
  const Graph& graph = net_->graph();
  for (reader_ = graph.only_reader(rankings_[current_].layer); reader_ >= 0; reader_ = graph.only_reader(reader_)) {
    const LayerOp& op = net_->op(reader_);
    if (has_weights(op)) break;
    if (!works_map_by_map(op)) {
      reader_ = -1;
      break;
    }
    if (const auto* lrn = std::get_if<LrnLayer>(&op); lrn != nullptr && !lrn->spec.within) reach_ += lrn->spec.size / 2;
    between_.push_back(reader_);
  }
  filters_.reset();
  if (reader_ < 0) return;
  const Filters& filters = *net_->weights(reader_).filters;
  reader_weight_ = net_->backend().widened(net_->weights(reader_).weight);
  net_->backend().conv(net_->input_of(ablation_->clean(), reader_), filters, filters.spec().pad, false, clean_sums_);
}

/// Fills maps_ (count, C, H, W) with the layer's maps, one of them 0 in each item.
void AblationRanking::mute_whole(int first, int count) { mute_windows(first, count, 0, net_->shape(rankings_[current_].layer).c, maps_); }

/// Fills maps_ (count, 4 reach + 1, H, W) with the neighbourhood of each muted map, that map 0, carried up to the reader.
void AblationRanking::mute_neighbourhoods(int first, int count) {
  Backend& backend = net_->backend();
  mute_windows(first, count, -2 * reach_, 4 * reach_ + 1, maps_);
  for (const int layer : between_) {
    if (net_->shares_input(layer)) continue;
    std::visit(Match{[&](const MaxPoolLayer& op) { backend.max_pool(maps_, op.spec, next_, switches_); },
                     [&](const LrnLayer& op) { backend.lrn(maps_, op.spec, next_); }, [&](const ReluLayer&) { backend.relu(maps_, next_); },
                     [&](const auto&) { fail("ablation: expected a layer that works map by map"); }},
               net_->op(layer));
    std::swap(maps_, next_);
  }
}

/// `maps` maps of the clean layer from each muted one on (or from the first, where they are all), that map 0.
void AblationRanking::mute_windows(int first, int count, int from, int maps, DeviceTensor& to) {
  Backend& backend = net_->backend();
  const DeviceTensor& clean = ablation_->clean().output(rankings_[current_].layer);
  const Shape& shape = clean.shape();
  const int plane = static_cast<int>(shape.plane());
  const bool all = maps == shape.c && from == 0;
  std::vector<Window> windows;
  std::vector<Window> muted;
  for (int map = first; map < first + count; ++map) {
    windows.push_back({0, all ? 0 : map + from, 0});
    muted.push_back({0, map, 0});
  }
  DeviceTensor silence;
  backend.resize(silence, {count, 1, 1, plane});
  backend.fill(silence, 0);
  backend.gather_windows(Backend::view(clean, {1, 1, shape.c, plane}), windows, {maps, plane}, 0.0F, &silence, muted, to);
  to = Backend::view(to, {count, maps, shape.h, shape.w});
}

/// Packs the slices of the reader's filters that read the maps which change, one group a muted map.
void AblationRanking::pack_slices(int first, int count) {
  Backend& backend = net_->backend();
  const Shape& shape = reader_weight_.shape();
  ConvSpec spec = net_->weights(reader_).filters->spec();
  const int taps = static_cast<int>(shape.plane());
  const int width = 2 * reach_ + 1;
  std::vector<Window> slices;
  for (int map = first; map < first + count; ++map) {
    for (int filter = 0; filter < shape.n; ++filter) {
      const int group = filter / (shape.n / spec.groups);
      slices.push_back({filter, map - reach_ - group * shape.c, 0});
    }
  }
  backend.gather_windows(Backend::view(reader_weight_, {shape.n, 1, shape.c, taps}), slices, {width, taps}, 0.0F, nullptr, {}, slices_);
  spec.maps = count * shape.n;
  spec.groups = count;
  DeviceTensor bias;
  backend.resize(bias, {1, spec.maps, 1, 1});
  backend.fill(bias, 0);
  backend.pack(Backend::view(slices_, {spec.maps, width, shape.h, shape.w}), bias, spec, filters_);
}

/// Fills sums_ with what the reader gives without each map.
void AblationRanking::sum_without(int first, int count) {
  Backend& backend = net_->backend();
  mute_neighbourhoods(first, count);
  pack_slices(first, count);
  const DeviceTensor& clean = net_->input_of(ablation_->clean(), reader_);
  const Shape& in = clean.shape();
  const int plane = static_cast<int>(in.plane());
  const int width = 2 * reach_ + 1;
  std::vector<Window> changed;  // where maps_ lies among the clean maps
  std::vector<Window> read;
  for (int map = first; map < first + count; ++map) {
    changed.push_back({0, map - 2 * reach_, 0});
    read.push_back({0, map - reach_, 0});
  }
  backend.window_differences(Backend::view(clean, {1, 1, in.c, plane}), read, {width, plane},
                             Backend::view(maps_, {count, 1, 4 * reach_ + 1, plane}), changed, changes_);
  backend.conv(Backend::view(changes_, {1, count * width, in.h, in.w}), *filters_, filters_->spec().pad, false, differences_);
  const Shape& out = clean_sums_.shape();
  const std::vector<Window> whole(static_cast<std::size_t>(count));
  backend.window_sums(clean_sums_, whole, out.map(), Backend::view(differences_, {count, out.c, out.h, out.w}), whole,
                      net_->rectified(reader_), sums_);
}

void AblationRanking::run(int first, int count) {
  Backend& backend = net_->backend();
  PartialForward again(*net_, ablation_->clean(), above_);
  if (reader_ >= 0) {
    sum_without(first, count);
    again.replace(reader_, sums_);
  } else {
    mute_whole(first, count);
    again.replace(rankings_[current_].layer, maps_);
  }
  const int logits = logits_layer(net_->network());
  again.run(logits);
  std::vector<Readback> tickets;
  tickets.push_back(backend.read(above_.output(logits)));
  in_flight_.add(std::move(tickets), [this, layer = current_, first, count](std::vector<Readback>& answers) {
    const Tensor found = answers.front().take();
    LayerRanking& ranking = rankings_[layer];
    std::copy(found.values().begin(), found.values().end(), ranking.logits.begin() + static_cast<std::ptrdiff_t>(first) * ranking.classes);
    finished_ += count;
  });
}

std::vector<MapDrop> AblationRanking::drops(int label) const {
  const std::size_t classes = ablation_->clean_logits().size();
  if (label < 0 || std::cmp_greater_equal(label, classes)) fail("ablation: expected a class of 0 to {}, found {}", classes - 1, label);
  const float clean = probabilities(ablation_->clean_logits())[static_cast<std::size_t>(label)];
  std::vector<MapDrop> result;
  for (const LayerRanking& ranking : rankings_) {
    for (int map = 0; map < ranking.maps; ++map) {
      const auto logits = std::span(ranking.logits).subspan(static_cast<std::size_t>(map) * classes, classes);
      if (std::isnan(logits.front())) break;
      result.push_back({ranking.layer, map, clean - probabilities(logits)[static_cast<std::size_t>(label)]});
    }
  }
  std::stable_sort(result.begin(), result.end(), [](const MapDrop& a, const MapDrop& b) { return a.drop > b.drop; });
  return result;
}

}  // namespace zf
