#pragma once

#include <array>
#include <memory>

#include "core/backend/readback.h"
#include "native/cuda/cuda_handles.h"
#include "native/cuda/memory_pool.h"

namespace zf::cuda {

/// Brings bytes to the card through a ring of pinned blocks, so that the caller's memory is free at once and waits only for a card that
/// is a whole ring behind.
class Staging {
 public:
  Staging(cudaStream_t stream, MemoryPool& pinned);
  void upload(const void* host, void* to, std::size_t bytes);

 private:
  struct Block {
    MemoryPool::Block memory;
    Event read;  ///< by the card, when it was last full
  };
  void next_block();

  cudaStream_t stream_;
  std::array<Block, 4> blocks_;
  std::size_t current_ = 0;
  std::size_t filled_ = 0;  ///< bytes of the current block
};

/// Starts reading from the card.
[[nodiscard]] std::unique_ptr<Transfer> start_reading(cudaStream_t stream, MemoryPool& pinned, const void* from, std::size_t bytes);

}  // namespace zf::cuda
