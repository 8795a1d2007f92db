#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace zf {

/// The bytes compressed, as zlib data (RFC 1950). CMake chooses what does it: libdeflate where it is installed, else stb.
[[nodiscard]] std::vector<std::byte> deflate(std::span<const std::uint8_t> bytes);

}  // namespace zf
