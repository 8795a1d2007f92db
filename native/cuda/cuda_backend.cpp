#include "native/cuda/cuda_backend.h"

#include <cuda_runtime_api.h>

#include "core/tensor/error.h"
#include "native/cuda/cuda_device.h"
#include "native/cuda/device_backend.h"

namespace zf {

namespace {

/// CUDA numbers its versions 1000 * major + 10 * minor.
[[nodiscard]] std::string version_name(int version) { return fmt::format("{}.{}", version / 1000, version % 1000 / 10); }

void expect_driver() {
  int driver = 0;
  const cudaError_t status = cudaDriverGetVersion(&driver);
  if (status != cudaSuccess || driver == 0) fail("cuda: expected an NVIDIA driver, found none; install the driver of the card");
  if (driver / 1000 < CUDART_VERSION / 1000) {
    fail("cuda: expected a driver for CUDA {} or later, found one for CUDA {}; update the driver", version_name(CUDART_VERSION),
         version_name(driver));
  }
}

}  // namespace

int cuda_cards() {
  int count = 0;
  return cudaGetDeviceCount(&count) == cudaSuccess ? count : 0;
}

CudaCard probe_cuda(int device) {
  constexpr int kOldest = 75;
  expect_driver();
  int count = 0;
  if (const cudaError_t status = cudaGetDeviceCount(&count); status != cudaSuccess || count == 0) {
    fail("cuda: expected an NVIDIA card, found none ({}); where a container runs, give it the card", cudaGetErrorString(status));
  }
  if (device < 0 || device >= count) fail("cuda: expected a card below {}, as many as there are, found {}", count, device);
  cudaDeviceProp properties{};
  cuda::check(cudaGetDeviceProperties(&properties, device), "cudaGetDeviceProperties");
  if (properties.major * 10 + properties.minor < kOldest) {
    fail("cuda: expected a card of compute capability 7.5 or later, found {}, which has {}.{}", properties.name, properties.major,
         properties.minor);
  }
  return {properties.name, properties.major, properties.minor, properties.totalGlobalMem};
}

std::unique_ptr<Backend> make_cuda_backend(const CudaOptions& options) {
  auto device = std::make_unique<cuda::CudaDevice>(options);
  std::string description = fmt::format("cuda, {}{}", device->name(), options.tf32 ? ", tf32" : "");
  return std::make_unique<cuda::DeviceBackend>(std::move(device), std::move(description));
}

}  // namespace zf
