#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "core/tensor/shape.h"

namespace zf {

/// A block of a backend's memory. Each backend derives its own.
class Storage {
 public:
  Storage() = default;
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;
  virtual ~Storage() = default;
};

/// A contiguous NCHW array in a backend's memory. Copies share the memory; Backend allocates it and
/// keeps it when a smaller or equal shape is asked for again.
template <typename Element>
class DeviceBuffer {
 public:
  [[nodiscard]] const Shape& shape() const { return shape_; }
  [[nodiscard]] bool empty() const { return storage_ == nullptr; }
  [[nodiscard]] std::size_t size() const { return shape_.size(); }
  [[nodiscard]] Storage& storage() const { return *storage_; }

 private:
  friend class Backend;
  Shape shape_;
  std::size_t capacity_ = 0;  // elements
  std::shared_ptr<Storage> storage_;
};

using DeviceTensor = DeviceBuffer<float>;
/// Flat indices (row-major, within one plane) of the elements that pooling took.
using DeviceSwitches = DeviceBuffer<std::uint32_t>;

}  // namespace zf
