#pragma once

#include <cstdint>
#include <vector>

#include "core/analysis/conv_output.h"
#include "core/analysis/top_k.h"
#include "core/backend/in_flight.h"
#include "core/data/batch_loader.h"
#include "core/data/photo_store.h"
#include "core/data/shard.h"
#include "core/io/preprocess.h"
#include "core/nn/net.h"
#include "core/tensor/job.h"

namespace zf {

/// Where a scan stands, so that it goes on as if it had not been stopped.
struct ScanState {
  int batches = 0;           ///< finished, of the shard's own
  std::int64_t images = 0;   ///< looked at
  std::int64_t skipped = 0;  ///< files that are no readable images
  std::vector<TopK> best;    ///< one a layer
};

struct ScanOptions {
  int top = 9;      ///< activations a map
  int batch = 32;   ///< photos that run at once
  int threads = 2;  ///< that decode
  Shard shard{};    ///< whose batches are run
};

/// The job that runs every photo through the net once and keeps each map's strongest activations. Labels of the photos must
/// be their places in the data set (PhotoList::dataset). Only maxima leave the device.
class ActivationScan : public Job {
 public:
  /// Net, photos and their decoder must outlive the job. `state` is an earlier scan's, or empty.
  ActivationScan(const Net& net, PhotoStore& photos, const Preprocess& preprocess, std::vector<ConvOutput> layers,
                 const ScanOptions& options, ScanState state = {});

  Step step() override;
  [[nodiscard]] double progress() const override;
  [[nodiscard]] const ScanState& state() const { return state_; }
  [[nodiscard]] double forward_seconds() const { return forward_seconds_; }

 private:
  void start_batch();
  void keep(const std::vector<int>& photos, std::size_t skipped, std::vector<Readback>& answers);

  const Net* net_;
  PhotoStore* photos_;
  std::vector<ConvOutput> layers_;
  int batch_photos_;
  Shard shard_;
  int batches_;
  int started_;  ///< batches
  ScanState state_;
  Batch batch_;
  DeviceTensor images_;
  Trace trace_;
  DeviceTensor values_;
  DeviceSwitches places_;
  double forward_seconds_ = 0;
  InFlight in_flight_;
  BatchLoader loader_;
};

/// Throws unless the net takes what preprocessing makes.
void check_fits(const Net& net, const Preprocess& preprocess);

}  // namespace zf
