#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/tensor/tensor.h"

namespace zf {

/// The bytes of a `.npy` file (version 1.0, little endian, row-major) of float32 with these dimensions.
/// Throws where `dims` and the number of values disagree.
[[nodiscard]] std::vector<std::byte> encode_npy(std::span<const int> dims, std::span<const float> values);
/// The same of int32.
[[nodiscard]] std::vector<std::byte> encode_npy(std::span<const int> dims, std::span<const std::int32_t> values);
/// float32 with the tensor's four dimensions.
[[nodiscard]] std::vector<std::byte> encode_npy(const Tensor& tensor);

/// Reads a `.npy` file of float32 with one to four dimensions; missing leading dimensions count as 1. With `doubles` it may be of float64,
/// too, which is rounded.
/// Throws an Error that names the file where the bytes are anything else, cut short, too long, or not finite.
[[nodiscard]] Tensor decode_npy(std::span<const std::byte> bytes, const std::string& name, bool doubles = false);

}  // namespace zf
