#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace zf {

enum class Weight : std::uint8_t { kRegular, kSemiBold };

/// The bytes of Inter (an OpenType file with cubic outlines), built into the program.
[[nodiscard]] std::span<const std::byte> font_file(Weight weight);

}  // namespace zf
