#include "core/train/trainer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "core/data/batches.h"
#include "core/data/random.h"
#include "core/data/setup.h"
#include "core/io/atomic_file.h"
#include "core/io/fingerprint.h"
#include "core/tensor/error.h"
#include "core/train/verdict_json.h"

namespace zf {

namespace {

namespace fs = std::filesystem;

/// Fig. 4
constexpr std::array kSnapshots = {1, 2, 5, 10, 20, 30, 40, 64};

std::string file_in(const std::string& folder, const std::string& name) { return (fs::path(folder) / name).string(); }

double smoothed(double old, double value) { return old > 0 ? 0.95 * old + 0.05 * value : value; }

/// Throws where training has left the numbers that floats can hold, before what it left takes the place of what was good.
void check_finite(const Parameters& parameters) {
  for (const auto& [name, tensor] : parameters) {
    const auto values = tensor.values();
    if (std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); })) continue;
    fail("training: expected finite numbers in {}, found others; a lower rate goes on from the last checkpoint", name);
  }
}

/// A run may go on at a lower rate than it began with: what else is there to do where it diverged?
void allow_lower_rate(nlohmann::json& checkpoint, const nlohmann::json& now) {
  constexpr const char* kRate = "rate";
  const auto there = checkpoint.find(kRate);
  if (there != checkpoint.end() && there->is_number() && now.at(kRate).get<double>() < there->get<double>()) *there = now.at(kRate);
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

nlohmann::json training_setup(const Model& model, const Recipe& recipe, const Dataset& training, const Dataset& validation) {
  nlohmann::json setup = to_json(recipe);
  setup["network"] = to_json(model.network);
  setup["preprocess"] = to_json(model.preprocess);
  setup["classes"] = model.classes;
  setup["training photos"] = fingerprint(training);
  setup["validation photos"] = fingerprint(validation);
  return setup;
}

Trainer::Trainer(Backend& backend, Model model, const Recipe& recipe, PhotoStore& training, PhotoStore& validation,
                 const TrainerOptions& options)
    : ranks_(options.ranks == nullptr ? &alone_ : options.ranks),
      recipe_(recipe),
      options_(options),
      training_(&training),
      validation_(&validation),
      model_(std::move(model)),
      steps_(batch_count(training.size(), recipe.batch)) {
  check(recipe_);
  (void)backend.training();  // a backend that has none is refused before anything is written
  if (writes()) make_folder(options_.out);
  insist_same(*ranks_, "settings and photos", setup().dump());
  std::optional<Checkpoint> checkpoint = find_checkpoint();
  net_ = std::make_unique<Net>(backend, model_.network, std::move(checkpoint ? checkpoint->weights : model_.parameters));
  model_.parameters.clear();
  sgd_ = std::make_unique<Sgd>(*net_, recipe_, model_.preprocess);
  pass_ = std::make_unique<TrainingPass>(*net_, *sgd_, ranks_);
  if (checkpoint) {
    sgd_->restore(std::move(checkpoint->velocities));
    state_ = std::move(checkpoint->state);
    resumed_ = true;
  }
  agree_on_start();
}

/// Ranks that do not see the same folder would train different networks.
void Trainer::agree_on_start() {
  insist_same(*ranks_, "place to go on from", fmt::format("epoch {}, step {}", state_.epoch, state_.step));
  if (ranks_->size() > 1) insist_same(*ranks_, "weights", fingerprint(*net_));
}

nlohmann::json Trainer::setup() const { return training_setup(model_, recipe_, training_->dataset(), validation_->dataset()); }

std::optional<Checkpoint> Trainer::find_checkpoint() const {
  const std::string path = file_in(options_.out, "checkpoint.safetensors");
  std::error_code error;
  if (!fs::exists(path, error)) return std::nullopt;
  Checkpoint checkpoint = load_checkpoint(path);
  const nlohmann::json now = setup();
  allow_lower_rate(checkpoint.setup, now);
  check_same_setup(path, checkpoint.setup, now);
  const TrainingState& state = checkpoint.state;
  if (state.epoch > recipe_.epochs || state.step > steps_ || std::cmp_greater(state.photos, training_->size())) {
    fail("{}: expected at most {} epochs, {} steps and {} photos, found {}, {} and {}", path, recipe_.epochs, steps_, training_->size(),
         state.epoch, state.step, state.photos);
  }
  return checkpoint;
}

double Trainer::rate() const {
  const std::int64_t step = std::int64_t{state_.epoch} * steps_ + state_.step;
  return rate_at(recipe_, step, std::int64_t{recipe_.epochs} * steps_, state_.plateau);
}

BatchLoader::Fill Trainer::make_fill() const {
  const auto epoch = static_cast<std::uint64_t>(state_.epoch);
  const MakeView make = [this, epoch](const Image& photo, std::size_t index, int) {
    Random random(recipe_.seed, RandomUse::kAugment, epoch, index);
    return training_view(model_.preprocess, photo, recipe_.crops, static_cast<float>(recipe_.jitter), random);
  };
  const auto order = std::make_shared<const std::vector<std::size_t>>(shuffled(training_->size(), recipe_.seed, state_.epoch));
  return [this, make, order](int index, Batch& batch) {
    const auto [first, end] = batch_range(order->size(), recipe_.batch, index);
    const std::size_t all = end - first;
    const auto rank = static_cast<std::size_t>(ranks_->rank());
    const auto ranks = static_cast<std::size_t>(ranks_->size());
    const std::size_t own = first + rank * all / ranks;
    const std::size_t own_end = first + (rank + 1) * all / ranks;
    fill_batch(*training_, model_.preprocess, std::span(*order).subspan(own, own_end - own), 1, make, batch);
  };
}

Step Trainer::step() {
  if (finished()) return Step::kDone;
  const auto start = Clock::now();
  Step step = Step::kMore;
  if (state_.step < steps_) {
    train_batch();
    const double seconds = seconds_since(start);
    step_seconds_ = smoothed(step_seconds_, seconds);
    state_.seconds += seconds;
    unsaved_seconds_ += seconds;
  } else {
    step = validate_batch();
  }
  if (unsaved_seconds_ >= options_.checkpoint_seconds) save();
  return finished() ? Step::kDone : step;
}

void Trainer::train_batch() {
  if (loader_ == nullptr) loader_ = std::make_unique<BatchLoader>(state_.step, steps_, options_.threads, make_fill());
  loader_->next(batch_);
  if (has_photos()) {
    const auto step = static_cast<std::uint64_t>(state_.step);
    const std::uint64_t dropout = Random(recipe_.seed, RandomUse::kDropout, static_cast<std::uint64_t>(state_.epoch), step).next();
    const BatchResult result = pass_->run(batch_, dropout, rate());
    state_.loss += result.loss;
    state_.correct += result.correct;
    state_.photos += result.photos;
  }
  if (++state_.step == steps_) loader_.reset();
}

/// Whether any rank has. They also tell each other here who wants to stop.
bool Trainer::has_photos() {
  if (ranks_->size() == 1) return !batch_.labels.empty();
  struct Word {
    bool photos;
    bool stop;
  };
  bool photos = false;
  for (const Word& word : gather_values(*ranks_, Word{!batch_.labels.empty(), options_.stop && options_.stop()})) {
    photos = photos || word.photos;
    stopped_ = stopped_ || word.stop;
  }
  return photos;
}

/// Waiting where it waits for its last batches.
Step Trainer::validate_batch() {
  if (state_.photos == 0) fail("training: expected photos that can be read, found none among {}", training_->size());
  const auto start = Clock::now();
  if (evaluation_ == nullptr) {
    if (writes() && unsaved_seconds_ + validation_seconds_ > options_.checkpoint_seconds) {
      save();
    } else {
      check_finite(net_->parameters());
    }
    const EvaluationOptions options{false, 32, options_.threads, {ranks_->rank(), ranks_->size()}};
    evaluation_ = std::make_unique<Evaluation>(*net_, *validation_, model_.preprocess, options);
    validation_started_ = start;
  }
  if (const Step step = evaluation_->step(); step != Step::kDone) return step;
  const std::vector<Verdicts> verdicts = all_verdicts(*evaluation_);
  evaluation_.reset();
  if (tally(verdicts).images == 0) fail("validation: expected photos that can be read, found none among {}", validation_->size());
  validation_seconds_ = seconds_since(validation_started_);
  state_.seconds += validation_seconds_;
  finish_epoch(verdicts);
  return Step::kMore;
}

/// In the order of the batches, whoever ran them.
std::vector<Verdicts> Trainer::all_verdicts(const Evaluation& own) {
  if (ranks_->size() == 1) return own.verdicts();
  nlohmann::json list = nlohmann::json::array();
  for (const Verdicts& verdicts : own.verdicts()) list.push_back(to_json(verdicts));
  std::vector<Verdicts> all(static_cast<std::size_t>(batch_count(validation_->size(), EvaluationOptions{}.photos_at_once())));
  const std::vector<std::string> lists = ranks_->gather(list.dump());
  for (int rank = 0; rank < ranks_->size(); ++rank) {
    const nlohmann::json others = nlohmann::json::parse(lists[static_cast<std::size_t>(rank)]);
    const Shard shard{rank, ranks_->size()};
    for (std::size_t i = 0; i < others.size(); ++i) all.at(shard.at(i)) = verdicts_from(others[i], fmt::format("rank {}", rank));
  }
  return all;
}

void Trainer::finish_epoch(std::span<const Verdicts> validation) {
  const EvaluationResult result = tally(validation);
  const auto photos = static_cast<double>(state_.photos);
  --state_.step;
  const double last_rate = rate();
  const bool best = state_.log.empty() || result.top1_error < state_.best_error;
  ++state_.epoch;
  state_.log.push_back({state_.epoch, last_rate, state_.loss / photos, 1 - static_cast<double>(state_.correct) / photos, result.loss,
                        result.top1_error, result.top5_error, state_.seconds});
  state_.step = 0;
  state_.loss = 0;
  state_.correct = 0;
  state_.photos = 0;
  state_.stale = best ? 0 : state_.stale + 1;
  if (best) state_.best_error = result.top1_error;
  if (state_.stale >= recipe_.patience) {
    state_.plateau /= 10;
    state_.stale = 0;
  }
  if (!writes()) return;
  model_.known = known_rule(scored(validation));
  write_models(best);
  write_file(file_in(options_.out, "log.csv"), to_csv(state_.log));
  save();
}

void Trainer::write_models(bool best) {
  model_.parameters = net_->parameters();
  model_.metadata["zfscope.recipe"] = to_json(recipe_).dump();
  model_.metadata["zfscope.epochs"] = std::to_string(state_.epoch);
  model_.metadata["zfscope.val_top1_error"] = fmt::format("{}", state_.log.back().val_top1_error);
  save_model(file_in(options_.out, "model.safetensors"), model_, Precision::kFloat16);
  if (best) save_model(file_in(options_.out, "best.safetensors"), model_, Precision::kFloat16);
  if (std::find(kSnapshots.begin(), kSnapshots.end(), state_.epoch) != kSnapshots.end()) {
    const std::string folder = file_in(options_.out, "snapshots");
    make_folder(folder);
    save_model(file_in(folder, fmt::format("epoch_{:03}.safetensors", state_.epoch)), model_, Precision::kFloat16);
  }
  model_.parameters.clear();
}

void Trainer::save() {
  unsaved_seconds_ = 0;
  if (!writes()) return;
  const Checkpoint checkpoint{setup(), state_, net_->parameters(), sgd_->velocities()};
  check_finite(checkpoint.weights);
  check_finite(checkpoint.velocities);
  save_checkpoint(file_in(options_.out, "checkpoint.safetensors"), checkpoint);
}

bool Trainer::stopped() const { return ranks_->size() == 1 ? options_.stop && options_.stop() : stopped_; }

double Trainer::progress() const {
  return (static_cast<double>(state_.epoch) * steps_ + state_.step) / (static_cast<double>(recipe_.epochs) * steps_);
}

TrainingStatus Trainer::status() const {
  TrainingStatus p;
  p.epoch = std::min(state_.epoch + 1, recipe_.epochs);
  p.epochs = recipe_.epochs;
  p.step = state_.step;
  p.steps = steps_;
  p.validating = !finished() && state_.step == steps_;
  if (state_.photos > 0) {
    p.loss = state_.loss / static_cast<double>(state_.photos);
    p.top1_error = 1 - static_cast<double>(state_.correct) / static_cast<double>(state_.photos);
  }
  p.rate = rate();
  const double all = static_cast<double>(recipe_.epochs) * steps_;
  const double done = static_cast<double>(state_.epoch) * steps_ + state_.step;
  if (step_seconds_ > 0) {
    p.images_per_second = static_cast<double>(training_->size()) / steps_ / step_seconds_;
    p.seconds_left = (all - done) * step_seconds_ + (recipe_.epochs - state_.epoch) * validation_seconds_;
  }
  return p;
}

}  // namespace zf
