#include "core/tensor/stored_weights.h"

#include <array>
#include <cstring>
#include <utility>

#include "core/tensor/error.h"
#include "core/tensor/half.h"

namespace zf {

namespace {

/// Numbers of 16 bits, at any place.
template <typename Convert>
void widen_each(const std::byte* from, std::span<float> to, const Convert& convert) {
  for (std::size_t i = 0; i < to.size(); ++i) {
    std::uint16_t bits = 0;
    std::memcpy(&bits, from + i * sizeof bits, sizeof bits);
    to[i] = convert(bits);
  }
}

}  // namespace

const char* name_of(StoredAs stored_as) {
  constexpr std::array<const char*, 3> kNames = {"float32", "float16", "bfloat16"};
  return kNames.at(static_cast<std::size_t>(stored_as));
}

void widen(StoredAs stored_as, const std::byte* from, std::span<float> to) {
  switch (stored_as) {
    case StoredAs::kFloat32:
      std::memcpy(to.data(), from, to.size_bytes());
      return;
    case StoredAs::kFloat16:
      return widen_each(from, to, half_to_float);
    case StoredAs::kBfloat16:
      return widen_each(from, to, bfloat_to_float);
  }
}

StoredWeights::StoredWeights(Tensor&& tensor) : shape_(tensor.shape()), stored_as_(StoredAs::kFloat32) {
  const auto held = std::make_shared<AlignedBuffer>(tensor.release());
  bytes_ = held->data();
  owner_ = held;
}

void StoredWeights::reshape(const Shape& shape) {
  if (shape.size() != shape_.size()) fail("reshape: expected {} elements for {}, found {}", shape.size(), to_string(shape), shape_.size());
  shape_ = shape;
}

Tensor StoredWeights::widened() const {
  Tensor tensor = Tensor::uninitialised(shape_);
  widen(stored_as_, bytes_, tensor.values());
  return tensor;
}

}  // namespace zf
