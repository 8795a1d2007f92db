#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "core/data/batch_loader.h"
#include "core/nn/backward.h"
#include "core/nn/net.h"
#include "core/train/ranks.h"
#include "core/train/sgd.h"

namespace zf {

/// What one batch, or a rank's part of it, showed before its step.
struct BatchResult {
  double loss = 0;  ///< summed over the photos
  int correct = 0;  ///< photos whose best class is theirs
  int photos = 0;
};

/// One step of training: forward, loss, gradients from the top down, each layer's step as soon as nothing above needs its
/// old weights. Keeps its memory from step to step.
///
/// Ranks share a batch: each runs its own photos, and gradients are added up in buckets of some layers while those below are still
/// computed; then all ranks make the same step.
class TrainingPass {
 public:
  /// All must outlive this. Without ranks one process trains alone.
  TrainingPass(Net& net, Sgd& sgd, Ranks* ranks = nullptr);
  TrainingPass(const TrainingPass&) = delete;
  TrainingPass& operator=(const TrainingPass&) = delete;
  ~TrainingPass() = default;

  /// `batch` is this rank's part, which may be empty, of one that has photos; `seed` gives the dropout masks. What comes back is of the
  /// whole batch. Throws where the loss is not finite, and where no rank has a photo.
  BatchResult run(const Batch& batch, std::uint64_t seed, double rate);

 private:
  /// A layer's gradients.
  struct Gradients {
    DeviceTensor weight;
    DeviceTensor bias;
  };
  /// A bucket whose sums are under way.
  struct Bucket {
    std::vector<int> layers;
    std::unique_ptr<PendingSum> sum;
  };
  /// Where a rank's photos lie in the batch.
  struct Part {
    int first = 0;
    int photos = 0;  ///< of all ranks
  };

  [[nodiscard]] Part part_of(int photos);
  [[nodiscard]] BatchResult run_part(const Batch& batch, const DropoutPass& dropout, double rate);
  void weigh(int photos);
  [[nodiscard]] Gradients& gradients_of(int layer);
  void backward(const DropoutPass& dropout, double rate);
  void learn(int layer, double rate);
  void learn_nothing();
  void send_bucket();
  void finish_buckets(double rate);
  [[nodiscard]] static BatchResult score(const Batch& batch, const Tensor& logits, const Tensor& losses);

  Net* net_;
  Sgd* sgd_;
  OneRank alone_;
  Ranks* ranks_;
  Trace trace_;
  BackwardPass down_;
  std::vector<bool> learns_below_;  ///< by layer, whether anything that it follows from learns
  DeviceTensor images_;
  DeviceTensor loss_;
  Signal signal_;
  DeviceTensor weights_of_photos_;  ///< a rank's share of the batch, for every logit
  DeviceTensor weighed_;
  std::vector<Gradients> gradients_;  ///< by layer of several ranks; of one rank one for all
  std::vector<int> waiting_;          ///< layers of the bucket that fills
  std::size_t waiting_bytes_ = 0;
  std::deque<Bucket> buckets_;
  int batch_photos_ = 0;  ///< of all ranks
};

}  // namespace zf
