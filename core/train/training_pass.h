#pragma once

#include <cstdint>
#include <vector>

#include "core/data/batch_loader.h"
#include "core/nn/backward.h"
#include "core/nn/net.h"
#include "core/train/sgd.h"

namespace zf {

/// What one batch showed, before its step.
struct BatchResult {
  double loss = 0;  ///< summed over the batch
  int correct = 0;  ///< photos whose best class is theirs
  int photos = 0;
};

/// One step of training: forward, loss, gradients from the top down, each layer's step as soon as nothing above needs its
/// old weights. Keeps its memory from step to step.
class TrainingPass {
 public:
  /// Both must outlive this.
  TrainingPass(Net& net, Sgd& sgd);
  TrainingPass(const TrainingPass&) = delete;
  TrainingPass& operator=(const TrainingPass&) = delete;
  ~TrainingPass() = default;

  /// `seed` gives the dropout masks. Throws where the loss is not finite.
  BatchResult run(const Batch& batch, std::uint64_t seed, double rate);

 private:
  void backward(std::uint64_t seed, double rate);
  [[nodiscard]] static BatchResult score(const Batch& batch, const Tensor& logits, const Tensor& losses);

  Net* net_;
  Sgd* sgd_;
  Trace trace_;
  BackwardPass down_;
  std::vector<bool> learns_below_;  ///< by layer, whether anything that it follows from learns
  DeviceTensor images_;
  DeviceTensor loss_;
  Signal signal_;
  DeviceTensor weight_gradient_;
  DeviceTensor bias_gradient_;
};

}  // namespace zf
