#include "core/analysis/mine.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/analysis/mine_parts.h"
#include "core/analysis/parallel.h"
#include "core/analysis/signed_image.h"
#include "core/backend/device_error.h"
#include "core/data/batches.h"
#include "core/data/setup.h"
#include "core/deconv/rules.h"
#include "core/io/atomic_file.h"
#include "core/io/fingerprint.h"
#include "core/io/json_fields.h"
#include "core/io/network_json.h"
#include "core/tensor/error.h"
#include "core/tensor/signed_scale.h"

namespace zf {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr const char* kPhotosKey = "names and sizes of photos";

/// A file among the photos would be taken for one of them.
void check_outside(const std::filesystem::path& file, const std::filesystem::path& folder) {
  std::error_code error;
  const auto relative = std::filesystem::weakly_canonical(file, error).lexically_relative(std::filesystem::weakly_canonical(folder, error));
  if (error || relative.empty() || *relative.begin() == "..") return;
  fail("{}: expected an atlas outside the folder of photos {}, found one within", file.string(), folder.string());
}

double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// Small pictures cost little, and would lose much of their colours.
std::vector<std::byte> encode(const Image& image, const MineOptions& options) {
  constexpr int kSmallSide = 32;
  constexpr int kLeastQuality = 95;
  const bool is_small = std::max(image.width, image.height) <= kSmallSide;
  return options.encode(image, is_small ? std::max(options.quality, kLeastQuality) : options.quality);
}

/// Everything that the atlas follows from.
json setup_of(const std::string& model, const Preprocess& preprocess, const PhotoList& list, const std::vector<ConvOutput>& layers,
              const MineOptions& options) {
  json names = json::array();
  for (const ConvOutput& layer : layers) names.push_back(layer.name);
  return {{"model", model},
          {"preprocess", to_json(preprocess)},
          {"photos", list.names.size()},
          {kPhotosKey, list.fingerprint},
          {"layers", names},
          {"top", options.top},
          {"rule", name_of(options.rule)},
          {"lrn derivative", options.lrn == LrnBackward::kDerivative},
          {"patches", options.patches},
          {"quality", options.quality},
          {"side", options.side},
          {"batch", options.batch}};
}

}  // namespace

MineOptions mine_options_of(const json& setup, const std::string& where) {
  MineOptions options;
  try {
    options.layers = setup.at("layers").get<std::vector<std::string>>();
    options.top = setup.at("top").get<int>();
    const std::optional<Rule> rule = rule_named(setup.at("rule").get<std::string>());
    if (!rule) fail("{}: expected a rule, found {}", where, quotable(setup.at("rule").dump()));
    options.rule = *rule;
    options.lrn = setup.at("lrn derivative").get<bool>() ? LrnBackward::kDerivative : LrnBackward::kPass;
    options.patches = setup.at("patches").get<bool>();
    options.quality = setup.at("quality").get<int>();
    options.side = setup.at("side").get<int>();
    options.batch = setup.at("batch").get<int>();
  } catch (const json::exception& error) {
    fail("{}: expected what mine was asked for, found: {}", where, error.what());
  }
  return options;
}

MineJob::MineJob(const Net& net, const Preprocess& preprocess, PhotoList photos, const ImageDecoder& decoder, std::filesystem::path out,
                 const MineOptions& options)
    : net_(&net),
      preprocess_(preprocess),
      list_(std::move(photos)),
      out_(std::move(out)),
      options_(options),
      layers_(conv_outputs(net.network(), options.layers)),
      store_(list_.dataset(), decoder, {preprocess.longest_side(), options.memory}),
      saved_(Clock::now()) {
  check_outside(out_, list_.folder);
  part_ = options_.shard ? scan_part(out_, *options_.shard) : fs::path(out_.string() + ".part");
  if (options_.shard) check_shards_beside(out_, *options_.shard);
  const std::string model = fingerprint(net);
  setup_ = setup_of(model, preprocess_, list_, layers_, options_);
  contents_ = blank();
  contents_.info.fingerprint = model;
  if (options_.shard && fs::exists(winners_part(out_, *options_.shard))) {
    part_ = winners_part(out_, *options_.shard);
    joined_ = true;
  }
  ScanState state = fs::exists(part_) ? load() : ScanState{};
  const ScanOptions scan_options{options_.top, options_.batch, options_.threads, options_.shard.value_or(Shard{})};
  scan_ = std::make_unique<ActivationScan>(net, store_, preprocess_, layers_, scan_options, std::move(state));
}

AtlasContents MineJob::blank() const {
  AtlasContents contents;
  contents.info.network = net_->network();
  contents.info.rule = name_of(options_.rule);
  contents.info.order = preprocess_.order;
  contents.info.top = options_.top;
  contents.info.patches = options_.patches;
  for (const ConvOutput& layer : layers_) {
    AtlasLayer& added = contents.layers.emplace_back();
    added.name = layer.name;
    added.maps = layer.maps.c;
    added.field = layer.field.size;
    added.items.resize(static_cast<std::size_t>(layer.maps.c) * static_cast<std::size_t>(options_.top));
    added.projections.scans.resize(added.items.size());
    added.patches.scans.resize(added.items.size());
  }
  return contents;
}

/// The numbers of an unfinished atlas, which anyone may have changed.
void MineJob::check_part(int scanned) const {
  const std::string where = part_.string();
  const auto photos = static_cast<std::int64_t>(list_.names.size());
  const int batches = own_batches();
  if (scanned < 0 || scanned > batches) fail("{}: expected 0 to {} scanned batches, found {}", where, batches, scanned);
  if (projected_ < 0 || (projected_ > 0 && scanned < batches)) {
    fail("{}: expected projections behind {} scanned batches, found {} behind {}", where, batches, projected_, scanned);
  }
  const AtlasInfo& info = contents_.info;
  if (info.images < 0 || info.skipped < 0 || info.images + info.skipped > photos) {
    fail("{}: expected numbers of at most {} photos, found {} read and {} skipped", where, photos, info.images, info.skipped);
  }
  if (info.top != options_.top) fail("{}: expected {} activations a map, found {}", where, options_.top, info.top);
  if (contents_.layers.size() != layers_.size()) fail("{}: expected {} layers, found {}", where, layers_.size(), contents_.layers.size());
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const AtlasLayer& layer = contents_.layers[i];
    if (layer.name != layers_[i].name || layer.maps != layers_[i].maps.c) {
      fail("{}: expected {} maps of {}, found {} of {}", where, layers_[i].maps.c, layers_[i].name, layer.maps, quotable(layer.name));
    }
    for (const AtlasItem& item : layer.items) {
      if (item.image >= photos) fail("{}: {}: expected photos of 0 to {}, found {}", where, layer.name, photos - 1, item.image);
      if (item.y < 0 || item.y >= layers_[i].maps.h || item.x < 0 || item.x >= layers_[i].maps.w) {
        fail("{}: {}: expected places within {}x{}, found {}, {}", where, layer.name, layers_[i].maps.h, layers_[i].maps.w, item.y, item.x);
      }
    }
  }
}

int MineJob::own_batches() const { return batch_count(list_.names.size(), options_.batch, options_.shard.value_or(Shard{})); }

ScanState MineJob::load() {
  Atlas part(part_);
  const MineProgress progress = mine_progress(part);
  check_same_setup(part_.string(), progress.header.setup, setup_);
  if (progress.header.shard != options_.shard.value_or(Shard{})) {
    fail("{}: expected the part of shard {}, found that of {}", part_.string(), to_string(options_.shard.value_or(Shard{})),
         to_string(progress.header.shard));
  }
  ScanState state;
  state.batches = progress.scanned;
  projected_ = progress.projected;
  contents_ = part.contents();
  check_part(state.batches);
  state.images = contents_.info.images;
  state.skipped = contents_.info.skipped;
  state.best = best_of_contents();
  resumed_ = state.batches + projected_;
  return state;
}

std::vector<TopK> MineJob::best_of_contents() const {
  std::vector<TopK> all;
  const auto top = static_cast<std::size_t>(options_.top);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    TopK& best = all.emplace_back(layers_[i].maps.c, options_.top);
    const AtlasLayer& layer = contents_.layers[i];
    for (int map = 0; map < layer.maps; ++map) {
      std::vector<Peak> peaks;
      for (const AtlasItem& item : std::span(layer.items).subspan(static_cast<std::size_t>(map) * top, top)) {
        if (item.image >= 0) peaks.push_back({item.value, item.image, static_cast<std::uint32_t>(item.y * layers_[i].maps.w + item.x)});
      }
      best.restore(map, peaks);
    }
  }
  return all;
}

void MineJob::save(bool whole) {
  if (scan_ != nullptr && !joined_) take_peaks();
  const PartHeader header{"mine", options_.shard.value_or(Shard{}), setup_};
  if (options_.shard) make_folder(part_.parent_path());
  write_atlas(part_, contents_, to_text({header, batches_scanned_, projected_, whole, options_.origin}));
  saved_ = Clock::now();
}

/// Brings what the scan found into the atlas; scales of what is projected stay.
void MineJob::take_peaks() {
  const ScanState& state = scan_->state();
  contents_.info.images = state.images;
  contents_.info.skipped = state.skipped;
  batches_scanned_ = state.batches;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    AtlasLayer& layer = contents_.layers[i];
    const int width = layers_[i].maps.w;
    for (int map = 0; map < layer.maps; ++map) {
      std::size_t at = static_cast<std::size_t>(map) * static_cast<std::size_t>(options_.top);
      for (const Peak& peak : state.best[i].best(map)) {
        const int place = static_cast<int>(peak.place);
        AtlasItem& item = layer.items[at++];
        item = {peak.value, peak.image, place / width, place % width, item.scale};
      }
    }
  }
}

Step MineJob::step() {
  try {
    return work();
  } catch (const DeviceError&) {
    // What is known lies on the host: the same work goes on from here on another device.
    save();
    throw;
  }
}

Step MineJob::work() {
  if (finished_) return Step::kDone;
  const Clock::time_point start = Clock::now();
  Step step = Step::kMore;
  if (scan_ != nullptr) {
    const double before = scan_->forward_seconds();
    step = scan_->step();
    seconds_.forward += scan_->forward_seconds() - before;
    if (step == Step::kDone) finish_scan();
    seconds_.first_pass += since(start);
  } else if (winners_ == nullptr) {
    wait_for_others();
    step = Step::kWaiting;
  } else {
    step = winners_->step();
    projected_ = winners_->done();
    seconds_.second_pass += since(start);
    if (step == Step::kDone) finish();
  }
  const bool at_work = !finished_ && (scan_ != nullptr || winners_ != nullptr);
  if (at_work && since(saved_) >= options_.save_every) save();
  if (finished_) return Step::kDone;
  return step == Step::kWaiting ? Step::kWaiting : Step::kMore;
}

void MineJob::finish_scan() {
  take_peaks();
  if (list_photos(list_.folder).fingerprint != list_.fingerprint) {
    fail("{}: expected the files that the run began with, found others: the data set changed during the run", list_.folder);
  }
  scan_end_ = Clock::now();
  if (!options_.shard || joined_) return begin_second_pass();
  save(true);
  scan_.reset();
  wait_for_others();
}

/// Goes on with everybody's winners, or ends where they did not come in time. Looks more seldom the longer it waits.
void MineJob::wait_for_others() {
  constexpr double kSoonest = 0.02;  // seconds
  constexpr double kLatest = 1;
  if (since(looked_) < std::clamp(since(*scan_end_) / 4, kSoonest, kLatest)) return;
  looked_ = Clock::now();
  const std::vector<fs::path> scans = finished_scans(out_, options_.shard->count);
  if (std::ssize(scans) == options_.shard->count) {
    AtlasContents all = join_scans(scans);
    contents_.info = std::move(all.info);
    contents_.layers = std::move(all.layers);
    part_ = winners_part(out_, *options_.shard);
    joined_ = true;
    begin_second_pass();
  } else if (since(*scan_end_) >= options_.wait) {
    finished_ = true;
  }
}

void MineJob::begin_second_pass() {
  if (contents_.info.images == 0) fail("{}: expected photos that can be read, found none among {}", list_.folder, list_.names.size());
  const std::vector<TopK> best = best_of_contents();
  std::vector<Winner> winners;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const std::vector<Winner> some = winners_of(i, best[i]);
    winners.insert(winners.end(), some.begin(), some.end());
  }
  scan_.reset();
  const WinnerOptions options{options_.rule,  options_.lrn,     options_.patches,
                              options_.batch, options_.threads, options_.shard.value_or(Shard{})};
  winners_ = std::make_unique<WinnerPass>(
      *net_, store_, preprocess_, layers_, std::move(winners), options, [this](std::span<const ProjectedWinner> p) { keep(p); },
      projected_);
}

void MineJob::keep(std::span<const ProjectedWinner> projected) {
  const Clock::time_point start = Clock::now();
  struct Pictures {
    std::vector<std::byte> projection;
    std::vector<std::byte> patch;
    float scale = 0;
  };
  std::vector<Pictures> pictures(projected.size());
  parallel_for(projected.size(), options_.threads, [&](std::size_t i) {
    const ProjectedWinner& p = projected[i];
    pictures[i].scale = signed_scale(p.projection.values());
    pictures[i].projection = encode(signed_image(p.projection, pictures[i].scale, preprocess_.order, options_.side), options_);
    if (options_.patches) pictures[i].patch = encode(shrink(p.patch, options_.side), options_);
  });
  for (std::size_t i = 0; i < projected.size(); ++i) {
    const Winner& winner = projected[i].winner;
    AtlasLayer& layer = contents_.layers[winner.layer];
    const std::size_t item =
        static_cast<std::size_t>(winner.map) * static_cast<std::size_t>(options_.top) + static_cast<std::size_t>(winner.rank);
    layer.items[item].scale = pictures[i].scale;
    layer.projections.put(item, pictures[i].projection);
    if (options_.patches) layer.patches.put(item, pictures[i].patch);
  }
  seconds_.pictures += since(start);
}

void MineJob::finish() {
  if (options_.patches) {
    for (const AtlasLayer& layer : contents_.layers) {
      for (const AtlasItem& item : layer.items) {
        if (item.image >= 0) contents_.images[item.image] = list_.names[static_cast<std::size_t>(item.image)];
      }
    }
  }
  if (options_.shard) {
    save(true);
  } else {
    write_atlas(out_, contents_);
    std::error_code ignored;
    fs::remove(part_, ignored);
  }
  finished_ = true;
}

double MineJob::progress() const {
  if (finished_) return 1;
  constexpr double kFirst = 0.4;  // about the first pass's part of the time
  if (scan_ != nullptr) return kFirst * scan_->progress();
  return winners_ == nullptr ? kFirst : kFirst + (1 - kFirst) * winners_->progress();
}

}  // namespace zf
