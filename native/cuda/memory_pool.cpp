#include "native/cuda/memory_pool.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "core/backend/device_error.h"
#include "native/cuda/cuda_handles.h"

namespace zf::cuda {

namespace {

/// Sizes grow by an eighth of a power of two, so that at most an eighth is wasted and few sizes differ.
[[nodiscard]] std::size_t size_class(std::size_t bytes) {
  const std::size_t step = std::max<std::size_t>(std::bit_floor(bytes) / 8, 512);
  return std::max((bytes + step - 1) / step, std::size_t{1}) * step;
}

}  // namespace

MemoryPool::Block::Block(Block&& other) noexcept
    : pool_(std::move(other.pool_)), data_(std::exchange(other.data_, nullptr)), size_(other.size_) {}

MemoryPool::Block& MemoryPool::Block::operator=(Block&& other) noexcept {
  std::swap(pool_, other.pool_);
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

MemoryPool::Block::~Block() {
  if (data_ != nullptr) pool_->give_back(data_, size_);
}

MemoryPool::~MemoryPool() { release_idle(); }

MemoryPool::Block MemoryPool::take(std::size_t bytes) {
  const std::size_t size = size_class(bytes);
  const std::lock_guard lock(mutex_);
  if (const auto found = idle_.find(size); found != idle_.end() && !found->second.empty()) {
    void* data = found->second.back();
    found->second.pop_back();
    idle_bytes_ -= size;
    return {shared_from_this(), data, size};
  }
  void* data = nullptr;
  if (acquire(size, data)) return {shared_from_this(), data, size};
  release_idle();
  if (acquire(size, data)) return {shared_from_this(), data, size};
  refuse(bytes);
}

/// False where there is not enough memory.
bool MemoryPool::acquire(std::size_t size, void*& data) const {
  const bool card = kind_ == Kind::kCard;
  const cudaError_t status = card ? cudaMalloc(&data, size) : cudaMallocHost(&data, size);
  if (status == cudaErrorMemoryAllocation) {
    (void)cudaGetLastError();
    return false;
  }
  check(status, card ? "cudaMalloc" : "cudaMallocHost");
  return true;
}

/// Errors have nobody to go to here: the process may be ending, the card may be lost.
void MemoryPool::release(void* data) const {
  (void)cudaSetDevice(device_);
  (void)(kind_ == Kind::kCard ? cudaFree(data) : cudaFreeHost(data));
}

void MemoryPool::release_idle() {
  for (const auto& [size, blocks] : idle_) {
    for (void* data : blocks) release(data);
  }
  idle_.clear();
  idle_bytes_ = 0;
}

void MemoryPool::give_back(void* data, std::size_t size) {
  const std::lock_guard lock(mutex_);
  if (idle_bytes_ + size > most_idle_) return release(data);
  idle_[size].push_back(data);
  idle_bytes_ += size;
}

void MemoryPool::refuse(std::size_t bytes) const {
  constexpr double kMiB = 1 << 20;
  if (kind_ == Kind::kPinned) device_failed("cuda: expected {:.1f} MiB of pinned memory, found less", static_cast<double>(bytes) / kMiB);
  std::size_t free = 0;
  std::size_t total = 0;
  check(cudaMemGetInfo(&free, &total), "cudaMemGetInfo");
  device_failed("cuda: expected {:.1f} MiB of device memory, found {:.1f} MiB free of {:.0f}", static_cast<double>(bytes) / kMiB,
                static_cast<double>(free) / kMiB, static_cast<double>(total) / kMiB);
}

}  // namespace zf::cuda
