#include "native/cuda/transfers.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace zf::cuda {

namespace {

constexpr std::size_t kBlock = std::size_t{4} << 20U;  // bytes

class CudaTransfer final : public Transfer {
 public:
  CudaTransfer(MemoryPool::Block&& memory, Event&& done, std::size_t bytes)
      : memory_(std::move(memory)), done_(std::move(done)), bytes_(bytes) {}

  [[nodiscard]] bool ready() override {
    const cudaError_t status = cudaEventQuery(done_.get());
    if (status == cudaErrorNotReady) return false;
    check(status, "cudaEventQuery");
    return true;
  }
  [[nodiscard]] AlignedBuffer take() override {
    check(cudaEventSynchronize(done_.get()), "cudaEventSynchronize");
    AlignedBuffer result(bytes_);
    std::memcpy(result.data(), memory_.data(), bytes_);
    return result;
  }

 private:
  MemoryPool::Block memory_;
  Event done_;
  std::size_t bytes_;
};

}  // namespace

Staging::Staging(cudaStream_t stream, MemoryPool& pinned) : stream_(stream) {
  for (Block& block : blocks_) block = {pinned.take(kBlock), make_event()};
}

void Staging::upload(const void* host, void* to, std::size_t bytes) {
  const auto* from = static_cast<const std::byte*>(host);
  auto* target = static_cast<std::byte*>(to);
  while (bytes > 0) {
    if (filled_ == kBlock) next_block();
    const std::size_t part = std::min(bytes, kBlock - filled_);
    std::byte* pinned = blocks_[current_].memory.data() + filled_;
    std::memcpy(pinned, from, part);
    check(cudaMemcpyAsync(target, pinned, part, cudaMemcpyHostToDevice, stream_), "cudaMemcpyAsync");
    filled_ += part;
    from += part;
    target += part;
    bytes -= part;
  }
}

void Staging::next_block() {
  check(cudaEventRecord(blocks_[current_].read.get(), stream_), "cudaEventRecord");
  current_ = (current_ + 1) % blocks_.size();
  check(cudaEventSynchronize(blocks_[current_].read.get()), "cudaEventSynchronize");
  filled_ = 0;
}

std::unique_ptr<Transfer> start_reading(cudaStream_t stream, MemoryPool& pinned, const void* from, std::size_t bytes) {
  MemoryPool::Block memory = pinned.take(bytes);
  Event done = make_event();
  if (bytes > 0) check(cudaMemcpyAsync(memory.data(), from, bytes, cudaMemcpyDeviceToHost, stream), "cudaMemcpyAsync");
  check(cudaEventRecord(done.get(), stream), "cudaEventRecord");
  return std::make_unique<CudaTransfer>(std::move(memory), std::move(done), bytes);
}

}  // namespace zf::cuda
