#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "core/backend/device_buffer.h"
#include "core/backend/readback.h"
#include "native/cuda/kernels.h"

namespace zf::cuda {

/// A block of a device's memory.
class DeviceMemory : public Storage {
 public:
  explicit DeviceMemory(std::byte* data) : data_(data) {}
  [[nodiscard]] std::byte* data() const { return data_; }

 private:
  std::byte* data_;
};

/// c (rows, columns) = a (rows, inner) * b (inner, columns), plus c itself where `add`; `count` such products. Row-major.
struct Product {
  /// An operand in memory: its rows are `pitch` elements apart, its products `next`; what is stored is the transpose where
  /// `transposed`.
  struct Operand {
    const float* data;
    std::size_t pitch;
    std::size_t next = 0;
    bool transposed = false;
  };
  struct Result {
    float* data;
    std::size_t pitch;
    std::size_t next = 0;
  };
  int rows;
  int columns;
  int inner;
  Operand a;
  Operand b;
  Result c;
  bool add = false;
  int count = 1;
};

/// What a backend needs of a machine: a card, or a plain processor in a card's place. All work happens in the order of the calls, and
/// may still be under way when they return. Pointers are the device's own but where a function says "host".
class Device {
 public:
  Device() = default;
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;
  virtual ~Device() = default;

  /// For people: "NVIDIA H100 (sm_90)".
  [[nodiscard]] virtual std::string name() const = 0;
  /// Bytes that a backend may take for columns at a time.
  [[nodiscard]] virtual std::size_t workspace() const = 0;

  [[nodiscard]] virtual std::shared_ptr<DeviceMemory> allocate(std::size_t bytes) = 0;
  /// From the host, whose bytes are copied before the call returns.
  virtual void upload(const void* host, void* to, std::size_t bytes) = 0;
  virtual void copy(const void* from, void* to, std::size_t bytes) = 0;
  [[nodiscard]] virtual std::unique_ptr<Transfer> read(const void* from, std::size_t bytes) = 0;

  /// Runs a kernel's `count` threads, or blocks.
  virtual void launch(std::size_t count, const Kernel& kernel) = 0;
  virtual void multiply(const Product& product) = 0;
};

/// Memory that grows when more is asked for, and is used by one operation at a time.
class Scratch {
 public:
  explicit Scratch(Device& device) : device_(&device) {}

  template <typename Element>
  [[nodiscard]] Element* take(std::size_t count) {
    const std::size_t bytes = count * sizeof(Element);
    if (memory_ == nullptr || bytes_ < bytes) {
      memory_ = nullptr;
      memory_ = device_->allocate(bytes);
      bytes_ = bytes;
    }
    return reinterpret_cast<Element*>(memory_->data());
  }
  /// A copy of the host's elements; null where there are none.
  template <typename Element>
  [[nodiscard]] const Element* hold(const Element* host, std::size_t count) {
    if (count == 0) return nullptr;
    Element* to = take<Element>(count);
    device_->upload(host, to, count * sizeof(Element));
    return to;
  }

 private:
  Device* device_;
  std::shared_ptr<DeviceMemory> memory_;
  std::size_t bytes_ = 0;
};

}  // namespace zf::cuda
