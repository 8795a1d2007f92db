#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/backend/backend.h"
#include "core/data/batch_loader.h"
#include "core/data/photo_store.h"
#include "core/io/model.h"
#include "core/nn/net.h"
#include "core/train/checkpoint.h"
#include "core/train/evaluate.h"
#include "core/train/ranks.h"
#include "core/train/recipe.h"
#include "core/train/sgd.h"
#include "core/train/training_pass.h"

namespace zf {

/// What a run does not depend on.
struct TrainerOptions {
  std::string out;                 ///< the run's folder, made where it is missing
  double checkpoint_seconds = 45;  ///< of work at most between checkpoints
  int threads = 2;                 ///< that decode and cut photos
  std::function<bool()> stop{};    ///< whether somebody wants the run to stop; see Trainer::stopped
  Ranks* ranks = nullptr;          ///< that train together; null: alone
};

struct TrainingStatus {
  int epoch = 0;  ///< from 1
  int epochs = 0;
  int step = 0;   ///< finished in this epoch
  int steps = 0;  ///< of an epoch
  bool validating = false;
  double loss = 0;        ///< mean of this epoch so far
  double top1_error = 0;  ///< of this epoch so far, on the crops that were trained on
  double rate = 0;
  double images_per_second = 0;
  double seconds_left = 0;  ///< 0 while unknown
};

/// What a run's result follows from, one key a setting: recipe, network, preprocessing, classes and both sets of photos.
[[nodiscard]] nlohmann::json training_setup(const Model& model, const Recipe& recipe, const Dataset& training, const Dataset& validation);

/// The job that trains a network (section 3). Its folder gets
///   checkpoint.safetensors   every 45 seconds of work and after each epoch; a job with the same settings goes on from it
///   model.safetensors        the last epoch's model, best.safetensors the one with the lowest validation error, each with the
///                            known_rule of its validation
///   snapshots/epoch_NNN.safetensors   after epochs 1, 2, 5, 10, 20, 30, 40 and 64 (Fig. 4)
///   log.csv                  a line an epoch
class Trainer final : public Job {
 public:
  /// `model` brings the network, its first weights, classes and preprocessing; the settings of the run are `recipe`. Goes on
  /// from the folder's checkpoint where there is one; throws where that was made with other settings, naming them. What is
  /// borrowed must outlive the job; both stores hold photos of the model's classes.
  ///
  /// Ranks share every batch and the validation, and rank 0 writes the folder, which all see. The result is that of one process to
  /// rounding, with the same bits in every run of as many ranks. Throws where a rank has other settings or photos.
  Trainer(Backend& backend, Model model, const Recipe& recipe, PhotoStore& training, PhotoStore& validation, const TrainerOptions& options);

  /// Runs one batch of training or validation.
  Step step() override;
  [[nodiscard]] double progress() const override;
  /// How the run stands, in all its numbers.
  [[nodiscard]] TrainingStatus status() const;
  /// Writes a checkpoint now, so that a stop here loses nothing.
  void save();
  /// Whether somebody wanted the run to stop, on any rank: all know it behind the same step.
  [[nodiscard]] bool stopped() const;

  /// Whether this job went on from a checkpoint.
  [[nodiscard]] bool resumed() const { return resumed_; }
  [[nodiscard]] const std::vector<EpochLog>& log() const { return state_.log; }
  [[nodiscard]] const Net& net() const { return *net_; }

 private:
  using Clock = std::chrono::steady_clock;

  [[nodiscard]] nlohmann::json setup() const;
  [[nodiscard]] std::optional<Checkpoint> find_checkpoint() const;
  void agree_on_start();
  void train_batch();
  [[nodiscard]] bool has_photos();
  Step validate_batch();
  [[nodiscard]] std::vector<Verdicts> all_verdicts(const Evaluation& own);
  void finish_epoch(std::span<const Verdicts> validation);
  void write_models(bool best);
  [[nodiscard]] BatchLoader::Fill make_fill() const;
  [[nodiscard]] double rate() const;
  [[nodiscard]] bool finished() const { return state_.epoch >= recipe_.epochs; }

  [[nodiscard]] bool writes() const { return ranks_->rank() == 0; }

  OneRank alone_;
  Ranks* ranks_;
  Recipe recipe_;
  TrainerOptions options_;
  PhotoStore* training_;
  PhotoStore* validation_;
  Model model_;  ///< without weights, which live in the net
  std::unique_ptr<Net> net_;
  std::unique_ptr<Sgd> sgd_;
  std::unique_ptr<TrainingPass> pass_;
  int steps_;  ///< of an epoch
  TrainingState state_;
  bool resumed_ = false;
  bool stopped_ = false;
  Batch batch_;
  std::unique_ptr<BatchLoader> loader_;     ///< while an epoch trains
  std::unique_ptr<Evaluation> evaluation_;  ///< while it is validated
  double unsaved_seconds_ = 0;
  double step_seconds_ = 0;        ///< a training step takes, smoothed
  double validation_seconds_ = 0;  ///< the last validation took
  Clock::time_point validation_started_;
};

}  // namespace zf
