#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/io/preprocess.h"
#include "core/nn/network.h"
#include "core/tensor/job.h"
#include "core/train/evaluate.h"
#include "core/train/trainer.h"

namespace zf {

/// Error rates of a trained network, 0 to 1: a row of Table 3.
struct VariantErrors {
  double train_top1 = 0;
  double val_top1 = 0;
  double val_top5 = 0;
};

/// What retraining one variant gave.
struct VariantResult {
  std::string name;
  std::int64_t parameters = 0;
  int epochs = 0;
  std::int64_t train_photos = 0;  ///< that train_top1 was measured on
  std::int64_t val_photos = 0;
  VariantErrors errors;
  double seconds = 0;  ///< of training and its validations
};

/// What the paper reports for the variants on ImageNet 2012, in the order of table3_variants().
[[nodiscard]] const std::vector<VariantErrors>& table3_of_the_paper();

/// `count` of the photos (all where 0 or more than there are), at even distances, so that every class keeps its share.
[[nodiscard]] Dataset spread(const Dataset& dataset, std::size_t count);

/// What all variants share.
struct RetrainingOptions {
  Recipe recipe;
  Preprocess preprocess;
  std::string out;                 ///< RUN, made where it is missing
  double checkpoint_seconds = 45;  ///< of work at most between checkpoints
  int threads = 2;                 ///< that decode
};

/// The job behind Table 3: trains each network with the same recipe on the same photos, one after the other. RUN gets
///   NAME/               the variant's run as Trainer writes it; once finished model.safetensors, log.csv and result.json
///   table3.csv, .md     the results so far beside the paper's, written anew after each variant
/// A job with the same settings goes on at the variant and the step where the last one stopped. Train errors are of one
/// centre crop without dropout, on `judged`; validation errors are those of the last epoch.
class Retraining final : public Job {
 public:
  /// The variants are table3_variants() at some size, which take photos of `training`'s classes. `judged` holds training photos,
  /// all of them or some; it may be `training`. What is borrowed must outlive the job. Throws where a variant that RUN holds
  /// was trained with other settings, naming them.
  Retraining(Backend& backend, std::vector<Network> variants, RetrainingOptions options, PhotoStore& training, PhotoStore& judged,
             PhotoStore& validation);

  Step step() override;
  [[nodiscard]] double progress() const override;
  /// Writes a checkpoint of the variant under way, so that a stop here loses nothing.
  void save();

  /// Of the variants that are finished, in their order.
  [[nodiscard]] const std::vector<VariantResult>& results() const { return results_; }
  [[nodiscard]] std::size_t variants() const { return variants_.size(); }
  /// The variant under way; null between two of them.
  [[nodiscard]] const Trainer* trainer() const { return trainer_.get(); }
  /// Its name; empty when all are finished.
  [[nodiscard]] std::string variant() const;

 private:
  [[nodiscard]] std::string folder(const Network& network) const;
  [[nodiscard]] Model untrained(const Network& network) const;
  [[nodiscard]] std::optional<VariantResult> find_result(const Network& network) const;
  void begin();
  void finish(const EvaluationResult& judged);
  void write_tables() const;

  Backend* backend_;
  std::vector<Network> variants_;
  RetrainingOptions options_;
  PhotoStore* training_;
  PhotoStore* judged_;
  PhotoStore* validation_;
  std::vector<VariantResult> results_;
  std::unique_ptr<Trainer> trainer_;
  std::unique_ptr<Evaluation> evaluation_;  ///< of the train error, once a variant is trained
};

}  // namespace zf
