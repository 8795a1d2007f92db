#pragma once

#include <cstdint>
#include <cstring>

namespace zf {

// IEEE 754 binary16 and bfloat16 as 16-bit patterns. Branch-free, so that loops over them become vector code.

[[nodiscard]] inline std::uint32_t bits_of(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

[[nodiscard]] inline float float_of(std::uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

[[nodiscard]] inline bool is_finite_bits(std::uint32_t bits) { return (bits & 0x7F800000U) != 0x7F800000U; }

[[nodiscard]] inline float half_to_float(std::uint16_t half) {
  const std::uint32_t sign = (half & 0x8000U) << 16U;
  const std::uint32_t exponent = half & 0x7C00U;
  const std::uint32_t magnitude = half & 0x7FFFU;
  const std::uint32_t normal = (magnitude << 13U) + (112U << 23U);                                          // exponent bias 127 - 15
  const std::uint32_t special = (magnitude << 13U) | 0x7F800000U;                                           // infinity, NaN
  const float subnormal = static_cast<float>(static_cast<std::int32_t>(magnitude)) * (1.0F / 16777216.0F);  // 2^-24
  const std::uint32_t bits = exponent == 0 ? bits_of(subnormal) : exponent == 0x7C00U ? special : normal;
  return float_of(bits | sign);
}

/// The largest magnitude that rounds to a finite half is just below this.
inline constexpr float kHalfOverflow = 65520.0F;

/// Rounds to nearest, ties to even. |value| must be below kHalfOverflow.
[[nodiscard]] inline std::uint16_t float_to_half(float value) {
  constexpr std::uint32_t kSmallestNormal = 0x38800000U;  // 2^-14
  const std::uint32_t bits = bits_of(value);
  const std::uint32_t sign = bits >> 16U & 0x8000U;
  const std::uint32_t magnitude = bits & 0x7FFFFFFFU;
  // Between 0.5 and 1 floats are 2^-24 apart, as subnormal halves are: the addition rounds.
  const std::uint32_t subnormal = bits_of(float_of(magnitude) + 0.5F) - bits_of(0.5F);
  const std::uint32_t normal = (magnitude - (112U << 23U) + 0xFFFU + (magnitude >> 13U & 1U)) >> 13U;
  return static_cast<std::uint16_t>((magnitude < kSmallestNormal ? subnormal : normal) | sign);
}

[[nodiscard]] inline float bfloat_to_float(std::uint16_t value) { return float_of(static_cast<std::uint32_t>(value) << 16U); }

}  // namespace zf
