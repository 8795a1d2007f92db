#pragma once

#include <cstdint>
#include <utility>

#include "core/backend/device_buffer.h"
#include "core/tensor/aligned_buffer.h"

namespace zf::cpu {

/// Host memory as a backend's storage; the reference backend uses it too.
class HostStorage final : public Storage {
 public:
  explicit HostStorage(AlignedBuffer&& buffer) : buffer_(std::move(buffer)) {}
  [[nodiscard]] std::byte* data() { return buffer_.data(); }
  [[nodiscard]] const std::byte* data() const { return buffer_.data(); }

 private:
  AlignedBuffer buffer_;
};

[[nodiscard]] inline float* data(const DeviceTensor& tensor) {
  return reinterpret_cast<float*>(static_cast<HostStorage&>(tensor.storage()).data());
}
[[nodiscard]] inline std::uint32_t* data(const DeviceSwitches& switches) {
  return reinterpret_cast<std::uint32_t*>(static_cast<HostStorage&>(switches.storage()).data());
}

}  // namespace zf::cpu
