#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/analysis/features.h"
#include "core/analysis/linear_solver.h"
#include "core/analysis/linear_task.h"
#include "core/analysis/transfer_data.h"
#include "core/io/model.h"
#include "core/tensor/job.h"
#include "core/train/trainer.h"

namespace zf {

struct TransferOptions {
  std::string out;                               ///< folder, made where it is missing
  std::vector<int> layers = {1, 2, 3, 4, 5, 7};  ///< the paper's numbers
  std::vector<int> per_class = {15, 30};         ///< training photos of each class
  int splits = 3;
  int limit = 9216;  ///< values of a photo and layer at most (FeatureOptions)
  std::vector<double> costs = {1, 10,
                               100};  ///< of the linear classifiers; where there are several, the first split's training photos choose
  int scratch_epochs = 0;             ///< of the same net trained on the first split alone; 0 for none
  int threads = 2;                    ///< that decode
  std::optional<Shard> shard{};       ///< whose features are made, and nothing else
};

/// A classifier's accuracy on the test photos of a split.
struct TransferResult {
  std::string classifier;  ///< a solver's name, or "scratch"
  int layer = 0;           ///< 0 from scratch
  int per_class = 0;
  int split = 0;
  double cost = 0;  ///< 0 from scratch
  int epochs = 0;   ///< from scratch
  int values = 0;   ///< of a photo's features; 0 from scratch
  Accuracy accuracy;
  double seconds = 0;
};

/// The job behind Tables 4 to 7: a net's features, frozen, on another data set. OUT gets
///   features/           what the net makes of each photo (FeatureExtraction)
///   results.json        every classifier's accuracy, written after each
///   transfer.md, .csv   mean and standard deviation over the splits, beside the paper's
///   scratch_N/          the run of the same net trained from scratch on N photos of each class
/// A job with the same settings goes on where the last one stopped; more splits, counts or classifiers may be asked for later.
class TransferJob final : public Job {
 public:
  /// `net` is `model`'s, whose parameters may have gone into it. What is borrowed must outlive the job. Throws where the net has not
  /// these layers, a class has too few photos, or OUT holds results of other settings, naming them.
  TransferJob(const Net& net, const Model& model, TransferData data, const ImageDecoder& decoder, std::vector<const LinearSolver*> solvers,
              TransferOptions options);

  Step step() override;
  [[nodiscard]] double progress() const override;
  /// What is being done, for people: "layer 5, 30 a class, split 2: svm".
  [[nodiscard]] std::string stage() const;
  [[nodiscard]] const std::vector<TransferResult>& results() const { return results_; }
  /// What the features follow from.
  [[nodiscard]] nlohmann::json feature_setup() const;
  // Known once the features are there.
  [[nodiscard]] std::size_t photos() const { return readable_.size(); }
  [[nodiscard]] const std::vector<Skipped>& skipped() const { return skipped_; }

 private:
  /// One result to find.
  struct Task {
    const LinearSolver* solver = nullptr;  ///< null: from scratch
    int layer = 0;
    int per_class = 0;
    int split = 0;
  };

  [[nodiscard]] nlohmann::json setup() const;
  [[nodiscard]] const TransferResult* find(const Task& task) const;
  void plan();
  void finish_features();
  void classify(const Task& task);
  void prepare(const Task& task);
  [[nodiscard]] double cost_of(const Task& task) const;
  Step train_scratch(const Task& task);
  void begin_scratch(const Task& task);
  [[nodiscard]] Accuracy judge_scratch(const Task& task) const;
  void add(TransferResult result);

  const Net* net_;
  Model model_;  ///< without parameters
  std::string fingerprint_;
  TransferData data_;
  const ImageDecoder* decoder_;
  std::vector<const LinearSolver*> solvers_;
  TransferOptions options_;
  std::unique_ptr<FeatureExtraction> extraction_;
  std::vector<std::size_t> readable_;
  std::vector<Skipped> skipped_;
  std::vector<Task> tasks_;  ///< to do, the next one last
  std::size_t planned_ = 0;
  std::vector<TransferResult> results_;
  Features features_;
  int features_layer_ = 0;
  LinearTask linear_;
  Task linear_of_;  ///< what linear_ was made for
  std::unique_ptr<PhotoStore> scratch_training_;
  std::unique_ptr<PhotoStore> scratch_test_;
  std::unique_ptr<Trainer> trainer_;
};

}  // namespace zf
