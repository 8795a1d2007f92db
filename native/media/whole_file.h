#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace zf {

// Image libraries fill what is missing of a cut file with grey, or complain on stderr instead of to their caller. These
// look before they decode. Errors name `name`.

/// Throws where a JPEG lacks its end or a BMP some of its pixels. Other bytes pass.
void check_whole(std::span<const std::byte> bytes, const std::string& name);

/// A PNG without what only its reader would complain about: the chunks that pixels need, each with a right checksum.
/// Throws where one is cut or damaged or the end is missing.
[[nodiscard]] std::vector<std::byte> essential_png(std::span<const std::byte> bytes, const std::string& name);

[[nodiscard]] bool is_png(std::span<const std::byte> bytes);

}  // namespace zf
