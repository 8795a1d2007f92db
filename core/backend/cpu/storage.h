#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "core/backend/device_buffer.h"
#include "core/tensor/aligned_buffer.h"

namespace zf::cpu {

/// Host memory as a backend's storage; the reference backend uses it too.
class HostStorage final : public Storage {
 public:
  explicit HostStorage(AlignedBuffer&& buffer) : buffer_(std::move(buffer)), data_(buffer_.data()) {}
  /// Memory that lives as long as its owner.
  HostStorage(std::byte* data, std::shared_ptr<const void> owner) : data_(data), owner_(std::move(owner)) {}
  [[nodiscard]] std::byte* data() { return data_; }
  [[nodiscard]] const std::byte* data() const { return data_; }

 private:
  AlignedBuffer buffer_;
  std::byte* data_;
  std::shared_ptr<const void> owner_;
};

[[nodiscard]] inline float* data(const DeviceTensor& tensor) {
  return reinterpret_cast<float*>(static_cast<HostStorage&>(tensor.storage()).data());
}
[[nodiscard]] inline std::uint32_t* data(const DeviceSwitches& switches) {
  return reinterpret_cast<std::uint32_t*>(static_cast<HostStorage&>(switches.storage()).data());
}

}  // namespace zf::cpu
