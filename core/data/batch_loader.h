#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "core/tensor/tensor.h"

namespace zf {

/// Images (N, C, H, W) and their classes.
struct Batch {
  Tensor images;
  std::vector<int> labels;
};

/// Prepares batches on threads of its own while the caller computes, and hands them out in order. Holds at most two batches a
/// thread.
class BatchLoader {
 public:
  /// Makes batch number `index`; called from several threads at once. `batch` brings the memory of an earlier one.
  using Fill = std::function<void(int index, Batch& batch)>;

  /// Batches `first` to `end` - 1. Without threads, or where the system gives none, a batch is prepared when it is asked for.
  BatchLoader(int first, int end, int threads, Fill fill);
  BatchLoader(const BatchLoader&) = delete;
  BatchLoader& operator=(const BatchLoader&) = delete;
  ~BatchLoader();

  /// Swaps the next batch into `batch` and keeps its old memory. Waits for it; rethrows what Fill threw. There must be one left.
  void next(Batch& batch);

 private:
  void work();

  Fill fill_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int next_;     ///< to hand out
  int started_;  ///< next to prepare
  int end_;
  int ahead_;
  bool stopping_ = false;
  std::map<int, Batch> ready_;
  std::vector<Batch> spare_;
  std::exception_ptr error_;
  std::vector<std::thread> threads_;
};

}  // namespace zf
