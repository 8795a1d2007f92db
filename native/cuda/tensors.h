#pragma once

#include <cstdint>
#include <numeric>

#include "core/backend/device_buffer.h"
#include "core/backend/specs.h"
#include "native/cuda/device.h"

/// The core's tensors and settings as kernels take them.
namespace zf::cuda {

[[nodiscard]] inline std::byte* bytes_of(const Storage& storage) { return static_cast<const DeviceMemory&>(storage).data(); }
[[nodiscard]] inline float* data(const DeviceTensor& tensor) { return reinterpret_cast<float*>(bytes_of(tensor.storage())); }
[[nodiscard]] inline std::uint32_t* data(const DeviceSwitches& switches) {
  return reinterpret_cast<std::uint32_t*>(bytes_of(switches.storage()));
}

[[nodiscard]] inline Maps maps_of(const Shape& shape) { return {shape.n, shape.c, shape.h, shape.w}; }
[[nodiscard]] inline Pooling pooling_of(const PoolSpec& spec) { return {spec.kernel, spec.stride, spec.pad}; }
[[nodiscard]] inline Averaging averaging_of(const AveragePoolSpec& spec) {
  return {spec.kernel.h, spec.kernel.w, spec.stride, spec.pad, spec.count_pad};
}
[[nodiscard]] inline Normalisation normalisation_of(const LrnSpec& spec) { return {spec.size, spec.alpha, spec.beta, spec.k}; }
[[nodiscard]] inline Kernel2d kernel_of(const ConvSpec& spec, int pad) {
  const int common = std::gcd(spec.stride, spec.dilation);
  return {spec.kernel_h, spec.kernel_w, spec.stride, pad, spec.dilation, spec.dilation / common, spec.stride / common};
}

static_assert(static_cast<int>(Function::Kind::kGelu) == static_cast<int>(Activation::Kind::kGelu), "kinds are numbered alike");
[[nodiscard]] inline Function function_of(const Activation& f, const DeviceTensor* slopes) {
  return {static_cast<Function::Kind>(f.kind), f.low, f.high, f.slope, slopes != nullptr ? data(*slopes) : nullptr};
}

}  // namespace zf::cuda
