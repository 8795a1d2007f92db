#pragma once

#include <cstddef>
#include <string_view>

#include "core/tensor/shape.h"

namespace zf {

/// The bytes of `shape` elements of `element` bytes. Throws an Error that begins with `what` where a size is negative or they are more than
/// this machine can address, so that nothing wraps where std::size_t has 32 bits.
[[nodiscard]] std::size_t bytes_of(const Shape& shape, std::size_t element, std::string_view what);

}  // namespace zf
