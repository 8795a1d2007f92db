#pragma once

#include <cstddef>

#include "core/backend/cpu/storage.h"
#include "core/tensor/stored_weights.h"

namespace zf::cpu {

/// Numbers one after the other, which kernels widen as they read them.
struct Numbers {
  StoredAs kind = StoredAs::kFloat32;
  const std::byte* bytes = nullptr;

  /// Those from the `count`-th on.
  [[nodiscard]] Numbers operator+(std::ptrdiff_t count) const {
    return {kind, bytes + count * static_cast<std::ptrdiff_t>(bytes_of(kind))};
  }
  /// Where they are float32.
  [[nodiscard]] const float* floats() const { return reinterpret_cast<const float*>(bytes); }
};

[[nodiscard]] inline Numbers numbers(const DeviceTensor& tensor) {
  return {tensor.stored_as(), static_cast<const HostStorage&>(tensor.storage()).data()};
}

[[nodiscard]] inline Numbers numbers(const float* floats) { return {StoredAs::kFloat32, reinterpret_cast<const std::byte*>(floats)}; }

/// to[i] = from[i] for `count` numbers.
void widen(const Numbers& from, std::size_t count, float* to);

}  // namespace zf::cpu
