#pragma once

#include <span>

#include "core/backend/backend.h"

namespace zf {

/// Carries operands to the host's naive backend and results back.
class Backend::ByHost {
 public:
  explicit ByHost(Backend& device) : device_(device), host_(host_of(device)) {}

  [[nodiscard]] Backend& host() const { return host_; }

  [[nodiscard]] DeviceTensor in(const DeviceTensor& tensor) const { return host_.upload(device_.download(tensor)); }
  /// Of an operand that may be missing.
  [[nodiscard]] DeviceTensor in(const DeviceTensor* tensor) const { return tensor != nullptr ? in(*tensor) : DeviceTensor{}; }

  template <typename Element>
  void out(const DeviceBuffer<Element>& result, DeviceBuffer<Element>& to) const {
    const AlignedBuffer values = host_.do_read(result.storage(), 0, result.bytes())->take();
    device_.do_upload(std::span(values.data(), result.bytes()), to.storage(), 0);
  }

 private:
  static Backend& host_of(Backend& device) {
    if (device.host_ == nullptr) device.host_ = make_reference_backend();
    return *device.host_;
  }

  Backend& device_;
  Backend& host_;
};

}  // namespace zf
