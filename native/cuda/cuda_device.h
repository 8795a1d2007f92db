#pragma once

#include <memory>
#include <string>

#include "native/cuda/cublas.h"
#include "native/cuda/cuda_backend.h"
#include "native/cuda/cuda_handles.h"
#include "native/cuda/device.h"
#include "native/cuda/memory_pool.h"
#include "native/cuda/transfers.h"

namespace zf::cuda {

/// A card: one stream for all work.
class CudaDevice final : public Device {
 public:
  explicit CudaDevice(const CudaOptions& options);
  /// Waits for what is under way.
  ~CudaDevice() override;

  [[nodiscard]] std::string name() const override { return name_; }
  [[nodiscard]] int index() const { return index_; }
  [[nodiscard]] cudaStream_t stream() const { return stream_.get(); }
  [[nodiscard]] std::size_t workspace() const override;

  [[nodiscard]] std::shared_ptr<DeviceMemory> allocate(std::size_t bytes) override;
  void upload(const void* host, void* to, std::size_t bytes) override;
  void copy(const void* from, void* to, std::size_t bytes) override;
  [[nodiscard]] std::unique_ptr<Transfer> read(const void* from, std::size_t bytes) override;
  void launch(std::size_t count, const Kernel& kernel) override;
  void multiply(const Product& product) override;

 private:
  /// A thread has a current card of its own, and a backend may come on another thread with every call.
  void enter() const { check(cudaSetDevice(index_), "cudaSetDevice"); }

  int index_;
  std::string name_;
  std::shared_ptr<MemoryPool> memory_;
  std::shared_ptr<MemoryPool> pinned_;
  Stream stream_;
  MemoryPool::Block cublas_workspace_;
  std::unique_ptr<Staging> staging_;
  std::unique_ptr<Cublas> cublas_;
};

}  // namespace zf::cuda
