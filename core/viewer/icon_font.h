#pragma once

#include <cstddef>
#include <span>

namespace zf::viewer {

/// The bytes of Font Awesome, built into the program.
[[nodiscard]] std::span<const std::byte> icon_font_file();

}  // namespace zf::viewer
