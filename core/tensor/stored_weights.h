#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "core/tensor/shape.h"
#include "core/tensor/tensor.h"

namespace zf {

/// A kind of number that weights are stored in.
enum class StoredAs : std::uint8_t { kFloat32, kFloat16, kBfloat16 };

[[nodiscard]] constexpr std::size_t bytes_of(StoredAs stored_as) { return stored_as == StoredAs::kFloat32 ? 4 : 2; }

/// "float32", "float16" or "bfloat16".
[[nodiscard]] const char* name_of(StoredAs stored_as);

/// to[i] = the i-th number from `from` on, which is exact.
void widen(StoredAs stored_as, const std::byte* from, std::span<float> to);

/// A layer's tensor as its file stores it, contiguous NCHW, in memory that copies share: the file's, where it is mapped, or its own.
class StoredWeights {
 public:
  /// Takes over float32.
  explicit StoredWeights(Tensor&& tensor);
  /// shape.size() numbers from `bytes` on, which live as long as `owner` and belong to this process alone.
  StoredWeights(const Shape& shape, StoredAs stored_as, std::byte* bytes, std::shared_ptr<const void> owner)
      : shape_(shape), stored_as_(stored_as), bytes_(bytes), owner_(std::move(owner)) {}

  [[nodiscard]] const Shape& shape() const { return shape_; }
  [[nodiscard]] StoredAs stored_as() const { return stored_as_; }
  [[nodiscard]] std::byte* bytes() const { return bytes_; }
  [[nodiscard]] const std::shared_ptr<const void>& owner() const { return owner_; }

  /// The same numbers under another shape of the same size.
  void reshape(const Shape& shape);
  [[nodiscard]] Tensor widened() const;

 private:
  Shape shape_;
  StoredAs stored_as_;
  std::byte* bytes_;
  std::shared_ptr<const void> owner_;
};

}  // namespace zf
