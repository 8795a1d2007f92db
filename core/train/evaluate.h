#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/backend/in_flight.h"
#include "core/data/batch_loader.h"
#include "core/data/photo_store.h"
#include "core/data/shard.h"
#include "core/io/preprocess.h"
#include "core/nn/known.h"
#include "core/nn/net.h"
#include "core/tensor/job.h"

namespace zf {

/// Error rates over a dataset, 0 to 1.
struct EvaluationResult {
  std::int64_t images = 0;   ///< that were classified
  std::int64_t skipped = 0;  ///< files that are not readable images
  double loss = 0;           ///< mean of -log p of the true class
  double top1_error = 0;
  double top5_error = 0;
  int crops = 1;
};

/// What is said of one photo.
struct Verdict {
  int rank = 0;     ///< how many classes are more probable than its own; of equals the lower index comes first
  float loss = 0;   ///< -log p of its own
  float score = 0;  ///< energy_score, mean over crops
};
/// Of one probability a class, without a score.
[[nodiscard]] Verdict verdict_on(std::span<const float> probabilities, int label);

/// What is said of a batch's photos, in the dataset's order.
struct Verdicts {
  std::int64_t skipped = 0;  ///< photos that cannot be read
  std::vector<Verdict> photos;
};

/// Counts errors photo by photo.
class Tally {
 public:
  void add(const Verdict& verdict);
  void skip(std::int64_t photos) { sums_.skipped += photos; }
  /// Of the photos so far.
  [[nodiscard]] EvaluationResult result() const;

 private:
  EvaluationResult sums_;
};

/// Of the batches in their order.
[[nodiscard]] EvaluationResult tally(std::span<const Verdicts> batches);
[[nodiscard]] std::vector<ScoredPhoto> scored(std::span<const Verdicts> batches);

struct EvaluationOptions {
  /// The mean of the class probabilities over ten crops (section 3) instead of one centre crop.
  bool ten_crop = false;
  int batch = 32;   ///< crops that run at once
  int threads = 2;  ///< that decode
  Shard shard{};    ///< whose batches are run
  int first = 0;    ///< of them, to go on behind others

  /// That run at once: ten crops of a photo count ten times.
  [[nodiscard]] int photos_at_once() const;
};

/// The job that classifies every photo of a dataset and counts the errors. Memory grows with the dataset by a
/// photo's score, beside the store's own limit.
class Evaluation final : public Job {
 public:
  /// Takes what came of a batch of photos, in the dataset's order: labels, and one probability a class, mean over crops. Those that
  /// cannot be read are left out.
  using Sink = std::function<void(std::span<const int> labels, std::span<const std::vector<float>> probabilities)>;

  /// `net` and `photos` must outlive the job, and the net's weights stay as they are until it is done. Throws where net,
  /// preprocessing and labels do not fit.
  Evaluation(const Net& net, PhotoStore& photos, const Preprocess& preprocess, const EvaluationOptions& options);

  Step step() override;
  [[nodiscard]] double progress() const override;
  /// Of the photos so far.
  [[nodiscard]] EvaluationResult result() const;
  /// Of each batch so far.
  [[nodiscard]] const std::vector<Verdicts>& verdicts() const { return verdicts_; }
  /// Their scores and whether they are right, in the dataset's order; those that cannot be read are left out.
  [[nodiscard]] std::vector<ScoredPhoto> scores() const { return scored(verdicts_); }
  /// Of the batches to come.
  void set_sink(Sink sink) { sink_ = std::move(sink); }

 private:
  void start_batch();
  void judge(std::span<const int> labels, const Tensor& logits, Verdicts& verdicts);

  const Net* net_;
  PhotoStore* photos_;
  int views_;
  int batch_photos_;
  Shard shard_;
  int first_;
  int batches_;
  int started_;  ///< batches
  Batch batch_;
  DeviceTensor images_;
  Trace trace_;
  Sink sink_;
  std::vector<Verdicts> verdicts_;
  InFlight in_flight_;
  BatchLoader loader_;
};

}  // namespace zf
