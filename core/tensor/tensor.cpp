#include "core/tensor/tensor.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/tensor/bytes.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

std::size_t float_bytes(const Shape& shape) { return bytes_of(shape, sizeof(float), "tensor"); }

}  // namespace

Tensor::Tensor(const Shape& shape, float fill) : shape_(shape), buffer_(float_bytes(shape)) { std::fill_n(data(), size(), fill); }

Tensor::Tensor(const Shape& shape, std::span<const float> values) : shape_(shape), buffer_(float_bytes(shape)) {
  if (values.size() != shape.size()) fail("tensor {}: expected {} values, found {}", to_string(shape), shape.size(), values.size());
  std::copy(values.begin(), values.end(), data());
}

Tensor::Tensor(const Shape& shape, AlignedBuffer&& buffer) : shape_(shape), buffer_(std::move(buffer)) {
  if (buffer_.bytes() < float_bytes(shape)) {
    fail("tensor {}: expected {} bytes, found {}", to_string(shape), float_bytes(shape), buffer_.bytes());
  }
}

Tensor::Tensor(const Tensor& other) : shape_(other.shape_) {
  if (other.empty()) return;
  buffer_ = AlignedBuffer(float_bytes(other.shape_));
  std::memcpy(data(), other.data(), size() * sizeof(float));
}

Tensor& Tensor::operator=(const Tensor& other) {
  if (this != &other) *this = Tensor(other);
  return *this;
}

Tensor Tensor::uninitialised(const Shape& shape) { return {shape, AlignedBuffer(float_bytes(shape))}; }

void Tensor::reshape(const Shape& shape) {
  if (shape.size() != size()) fail("reshape: expected {} elements for {}, found {}", shape.size(), to_string(shape), size());
  shape_ = shape;
}

AlignedBuffer Tensor::release() {
  shape_ = {};
  return std::move(buffer_);
}

std::size_t Tensor::offset(int n, int c, int y, int x) const {
  return ((static_cast<std::size_t>(n) * static_cast<std::size_t>(shape_.c) + static_cast<std::size_t>(c)) *
              static_cast<std::size_t>(shape_.h) +
          static_cast<std::size_t>(y)) *
             static_cast<std::size_t>(shape_.w) +
         static_cast<std::size_t>(x);
}

}  // namespace zf
