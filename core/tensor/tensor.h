#pragma once

#include <span>

#include "core/tensor/aligned_buffer.h"
#include "core/tensor/shape.h"

namespace zf {

/// A tensor in host memory: float32, contiguous NCHW, aligned. Copies are deep.
class Tensor {
 public:
  Tensor() = default;
  /// Every element is `fill`.
  explicit Tensor(const Shape& shape, float fill = 0.0F);
  Tensor(const Shape& shape, std::span<const float> values);
  /// Takes over a buffer of at least shape.size() floats.
  Tensor(const Shape& shape, AlignedBuffer&& buffer);

  Tensor(const Tensor& other);
  Tensor& operator=(const Tensor& other);
  Tensor(Tensor&&) noexcept = default;
  Tensor& operator=(Tensor&&) noexcept = default;
  ~Tensor() = default;

  /// A tensor whose elements are not set yet.
  [[nodiscard]] static Tensor uninitialised(const Shape& shape);

  [[nodiscard]] const Shape& shape() const { return shape_; }
  [[nodiscard]] std::size_t size() const { return shape_.size(); }
  [[nodiscard]] bool empty() const { return size() == 0; }

  [[nodiscard]] float* data() { return buffer_.as<float>(); }
  [[nodiscard]] const float* data() const { return buffer_.as<float>(); }
  [[nodiscard]] std::span<float> values() { return {data(), size()}; }
  [[nodiscard]] std::span<const float> values() const { return {data(), size()}; }
  [[nodiscard]] std::span<const float> item(std::size_t n) const { return values().subspan(n * shape_.item(), shape_.item()); }
  [[nodiscard]] std::span<float> plane(int n, int c) { return values().subspan(offset(n, c), shape_.plane()); }
  [[nodiscard]] std::span<const float> plane(int n, int c) const { return values().subspan(offset(n, c), shape_.plane()); }

  [[nodiscard]] float& at(int n, int c, int y, int x) { return data()[offset(n, c, y, x)]; }
  [[nodiscard]] float at(int n, int c, int y, int x) const { return data()[offset(n, c, y, x)]; }

  /// The same values under another shape of the same size.
  void reshape(const Shape& shape);

  /// Gives the buffer away and leaves the tensor empty.
  [[nodiscard]] AlignedBuffer release();

 private:
  [[nodiscard]] std::size_t offset(int n, int c, int y = 0, int x = 0) const;

  Shape shape_;
  AlignedBuffer buffer_;
};

}  // namespace zf
