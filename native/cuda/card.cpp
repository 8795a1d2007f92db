#include "native/cuda/card.h"

#include <array>

#include "native/cuda/cuda_device.h"
#include "native/cuda/device_backend.h"

namespace zf::cuda {

std::optional<Card> card_of(Backend& backend) {
  auto* const own = dynamic_cast<DeviceBackend*>(&backend);
  auto* const device = own == nullptr ? nullptr : dynamic_cast<CudaDevice*>(&own->device());
  if (device == nullptr) return std::nullopt;
  std::array<char, 32> bus{};
  check(cudaDeviceGetPCIBusId(bus.data(), static_cast<int>(bus.size()), device->index()), "cudaDeviceGetPCIBusId");
  return Card{device->index(), bus.data(), device->stream()};
}

}  // namespace zf::cuda
