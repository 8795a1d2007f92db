#pragma once

#include <cstddef>
#include <cstdint>

#ifdef __CUDACC__
#define ZF_BOTH __host__ __device__
#else
#define ZF_BOTH
#endif

/// What the kernels are made of. They are plain C++17 without the core's headers, so that nvcc, also an older one, and any other
/// compiler read the same bodies: a card runs them, and so does the host form that tests them without one.
///
/// There are two kinds. A kernel of threads is an object with operator()(i), called for every i below a count. A kernel of blocks
/// has kThreads, types Shared and Private (a thread's own variables) and phase(number, block, thread, own, shared), called for
/// every thread of a block and every number below phases(), with a barrier between one number and the next.
namespace zf::cuda {

/// Items, maps, height and width of a contiguous NCHW array.
struct Maps {
  int n;
  int c;
  int h;
  int w;

  [[nodiscard]] ZF_BOTH std::size_t plane() const { return static_cast<std::size_t>(h) * static_cast<std::size_t>(w); }
  [[nodiscard]] ZF_BOTH std::size_t item() const { return static_cast<std::size_t>(c) * plane(); }
  [[nodiscard]] ZF_BOTH std::size_t size() const { return static_cast<std::size_t>(n) * item(); }
  [[nodiscard]] ZF_BOTH std::size_t at(int item, int map, int y, int x) const {
    const std::size_t row =
        (static_cast<std::size_t>(item) * static_cast<std::size_t>(c) + static_cast<std::size_t>(map)) * static_cast<std::size_t>(h) +
        static_cast<std::size_t>(y);
    return row * static_cast<std::size_t>(w) + static_cast<std::size_t>(x);
  }
  [[nodiscard]] ZF_BOTH bool inside(int y, int x) const { return y >= 0 && y < h && x >= 0 && x < w; }
};

/// A Window of specs.h, of the same layout.
struct Place {
  int image;
  int y;
  int x;
};

/// Where item n lies; `places` is null where item n is the whole map of image n.
[[nodiscard]] ZF_BOTH inline Place place_of(const Place* places, int n) {
  if (places == nullptr) return {n, 0, 0};
  return places[n];
}

[[nodiscard]] ZF_BOTH constexpr int lesser(int a, int b) { return b < a ? b : a; }
[[nodiscard]] ZF_BOTH constexpr int greater(int a, int b) { return b > a ? b : a; }

/// Rounds down, also below 0.
[[nodiscard]] ZF_BOTH constexpr int floor_divide(int a, int b) { return a / b - (a % b < 0 ? 1 : 0); }

struct Division {
  std::size_t quotient;
  int rest;
};

/// Devices divide 32 bits several times faster than 64.
[[nodiscard]] ZF_BOTH inline Division divide(std::size_t i, int by) {
  if ((i >> 32U) == 0) {
    const auto small = static_cast<std::uint32_t>(i);
    const auto divisor = static_cast<std::uint32_t>(by);
    return {small / divisor, static_cast<int>(small % divisor)};
  }
  return {i / static_cast<std::size_t>(by), static_cast<int>(i % static_cast<std::size_t>(by))};
}

/// An element's place in an array.
struct Index {
  int n;
  int c;
  int y;
  int x;
};

[[nodiscard]] ZF_BOTH inline Index index_of(std::size_t i, const Maps& maps) {
  const Division row = divide(i, maps.w);
  const Division map = divide(row.quotient, maps.h);
  const Division item = divide(map.quotient, maps.c);
  return {static_cast<int>(item.quotient), item.rest, map.rest, row.rest};
}

}  // namespace zf::cuda
