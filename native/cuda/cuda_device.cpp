#include "native/cuda/cuda_device.h"

#include <fmt/format.h>

#include <utility>

#include "native/cuda/launch.h"

namespace zf::cuda {

namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20U;
constexpr std::size_t kWorkspace = 256 * kMiB;       // for columns
constexpr std::size_t kCublasWorkspace = 32 * kMiB;  // what NVIDIA recommends for its newest cards
constexpr std::size_t kPinnedIdle = 256 * kMiB;

class CardMemory final : public DeviceMemory {
 public:
  explicit CardMemory(MemoryPool::Block&& block) : DeviceMemory(block.data()), block_(std::move(block)) {}

 private:
  MemoryPool::Block block_;
};

}  // namespace

CudaDevice::CudaDevice(const CudaOptions& options) : index_(options.device) {
  const CudaCard card = probe_cuda(index_);
  name_ = fmt::format("{} (sm_{}{})", card.name, card.major, card.minor);
  enter();
  memory_ = std::make_shared<MemoryPool>(MemoryPool::Kind::kCard, index_, card.memory / 8);
  pinned_ = std::make_shared<MemoryPool>(MemoryPool::Kind::kPinned, index_, kPinnedIdle);
  stream_ = make_stream();
  cublas_workspace_ = memory_->take(kCublasWorkspace);
  staging_ = std::make_unique<Staging>(stream_.get(), *pinned_);
  cublas_ = std::make_unique<Cublas>(stream_.get(), options.tf32, cublas_workspace_.data(), kCublasWorkspace);
}

CudaDevice::~CudaDevice() {
  (void)cudaSetDevice(index_);
  (void)cudaStreamSynchronize(stream_.get());
}

std::size_t CudaDevice::workspace() const { return kWorkspace; }

std::shared_ptr<DeviceMemory> CudaDevice::allocate(std::size_t bytes) {
  enter();
  return std::make_shared<CardMemory>(memory_->take(bytes));
}

void CudaDevice::upload(const void* host, void* to, std::size_t bytes) {
  enter();
  staging_->upload(host, to, bytes);
}

void CudaDevice::copy(const void* from, void* to, std::size_t bytes) {
  enter();
  check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, stream_.get()), "cudaMemcpyAsync");
}

std::unique_ptr<Transfer> CudaDevice::read(const void* from, std::size_t bytes) {
  enter();
  return start_reading(stream_.get(), *pinned_, from, bytes);
}

void CudaDevice::launch(std::size_t count, const Kernel& kernel) {
  if (count == 0) return;
  enter();
  check(launch_on(stream_.get(), count, kernel), "a kernel's launch");
}

void CudaDevice::multiply(const Product& product) {
  if (product.rows == 0 || product.columns == 0) return;
  enter();
  cublas_->multiply(product);
}

}  // namespace zf::cuda
