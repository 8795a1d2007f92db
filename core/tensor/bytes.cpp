#include "core/tensor/bytes.h"

#include <cstdint>
#include <limits>

#include "core/tensor/error.h"

namespace zf {

namespace {

/// a * b, or the largest number there is where they make more.
std::uint64_t product(std::uint64_t a, std::uint64_t b) {
  constexpr std::uint64_t kAll = std::numeric_limits<std::uint64_t>::max();
  return b != 0 && a > kAll / b ? kAll : a * b;
}

}  // namespace

std::size_t bytes_of(const Shape& shape, std::size_t element, std::string_view what) {
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::ptrdiff_t>::max());
  if (shape.n < 0 || shape.c < 0 || shape.h < 0 || shape.w < 0) fail("{}: expected no negative size, found {}", what, to_string(shape));
  std::uint64_t bytes = element;
  for (const int side : {shape.n, shape.c, shape.h, shape.w}) bytes = product(bytes, static_cast<std::uint64_t>(side));
  if (bytes > kMost) fail("{}: expected at most {} bytes, found {} elements of {}", what, kMost, to_string(shape), element);
  return static_cast<std::size_t>(bytes);
}

}  // namespace zf
