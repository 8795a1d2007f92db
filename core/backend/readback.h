#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "core/tensor/aligned_buffer.h"
#include "core/tensor/stored_weights.h"
#include "core/tensor/tensor.h"

namespace zf {

/// Bytes on their way from a device. Each backend derives its own.
class Transfer {
 public:
  Transfer() = default;
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  virtual ~Transfer() = default;
  /// Whether take() would not wait.
  [[nodiscard]] virtual bool ready() = 0;
  /// The bytes; waits for them. Called once.
  [[nodiscard]] virtual AlignedBuffer take() = 0;
};

/// A ticket for values that are being read back, so that nobody has to wait while the device works: what Backend::read gives.
/// The values are those of the moment of the call, whatever happens to the tensor afterwards.
class Readback {
 public:
  Readback() = default;
  Readback(std::unique_ptr<Transfer> transfer, const Shape& shape, StoredAs stored = StoredAs::kFloat32)
      : transfer_(std::move(transfer)), shape_(shape), stored_(stored) {}

  /// Whether take() gives the values at once; true of a ticket that was never asked for.
  [[nodiscard]] bool ready() const { return transfer_ == nullptr || transfer_->ready(); }
  /// The values of a tensor; waits where they are not ready. Call once.
  [[nodiscard]] Tensor take() {
    AlignedBuffer buffer = std::exchange(transfer_, nullptr)->take();
    if (stored_ == StoredAs::kFloat32) return {shape_, std::move(buffer)};
    return StoredWeights(shape_, stored_, buffer.data(), nullptr).widened();
  }
  /// The values of switches; likewise.
  [[nodiscard]] std::vector<std::uint32_t> take_switches() {
    const AlignedBuffer buffer = std::exchange(transfer_, nullptr)->take();
    return {buffer.as<std::uint32_t>(), buffer.as<std::uint32_t>() + shape_.size()};
  }

 private:
  std::unique_ptr<Transfer> transfer_;
  Shape shape_;
  StoredAs stored_ = StoredAs::kFloat32;
};

}  // namespace zf
