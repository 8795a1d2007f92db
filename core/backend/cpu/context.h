#pragma once

#include <cstddef>
#include <vector>

#include "core/backend/cpu/thread_pool.h"
#include "core/tensor/aligned_buffer.h"

namespace zf::cpu {

/// Memory that a kernel uses while it runs: grows to the largest need and stays, so that warm calls allocate nothing.
class Scratch {
 public:
  /// Uninitialised; the last call's memory is gone.
  [[nodiscard]] float* floats(std::size_t count) {
    if (buffer_.bytes() < count * sizeof(float)) {
      buffer_ = {};
      buffer_ = AlignedBuffer(count * sizeof(float));
    }
    return buffer_.as<float>();
  }

 private:
  AlignedBuffer buffer_;
};

/// What kernels run on.
struct Context {
  explicit Context(int threads) : pool(threads), local(static_cast<std::size_t>(threads)) {}

  ThreadPool pool;
  Scratch shared;              ///< for the thread that calls the kernel
  std::vector<Scratch> local;  ///< one a thread of the pool
};

}  // namespace zf::cpu
