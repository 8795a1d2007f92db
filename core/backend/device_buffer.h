#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "core/tensor/shape.h"
#include "core/tensor/stored_weights.h"

namespace zf {

class Backend;

/// A block of a backend's memory. Each backend derives its own. May be let go of on any thread; a backend whose memory only one
/// thread can free keeps it until that thread comes by.
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
  /// Elements that fit into its memory.
  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  [[nodiscard]] std::size_t bytes() const { return size() * (stored_ == StoredAs::kFloat32 ? sizeof(Element) : bytes_of(stored_)); }
  /// How weights are stored: what is narrower than float32 can be packed and read back, and nothing else.
  [[nodiscard]] StoredAs stored_as() const { return stored_; }
  [[nodiscard]] Storage& storage() const { return *storage_; }
  /// The backend whose memory it is; null where it is empty.
  [[nodiscard]] const Backend* backend() const { return backend_; }

 private:
  friend class Backend;
  Shape shape_;
  std::size_t capacity_ = 0;  // elements
  std::shared_ptr<Storage> storage_;
  const Backend* backend_ = nullptr;
  StoredAs stored_ = StoredAs::kFloat32;
};

using DeviceTensor = DeviceBuffer<float>;
/// Flat indices (row-major, within one plane) of the elements that pooling took.
using DeviceSwitches = DeviceBuffer<std::uint32_t>;

}  // namespace zf
