#pragma once

#include "core/tensor/error.h"

namespace zf {

/// The device failed, not the work: it was lost, or its memory is full. What lay on it is gone; the same work can go on on
/// another backend.
class DeviceError : public Error {
 public:
  using Error::Error;
};

/// Throws DeviceError with a formatted message.
template <typename... Args>
[[noreturn]] void device_failed(fmt::format_string<Args...> format, Args&&... args) {
  throw DeviceError(fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace zf
