#pragma once

#include <algorithm>
#include <cstddef>

#include "core/backend/cpu/context.h"

namespace zf::cpu {

/// Shares [0, count) among the threads in chunks of at least `grain`, so that one small loop wakes nobody. Calls
/// body(begin, end, thread).
template <typename Body>
void for_ranges(Context& context, std::size_t count, std::size_t grain, const Body& body) {
  const std::size_t chunks = static_cast<std::size_t>(context.pool.size()) * 4;
  const std::size_t chunk = std::max(std::max<std::size_t>(grain, 1), (count + chunks - 1) / chunks);
  context.pool.parallel_for(static_cast<int>((count + chunk - 1) / chunk), [&](int i, int thread) {
    const std::size_t begin = static_cast<std::size_t>(i) * chunk;
    body(begin, std::min(begin + chunk, count), thread);
  });
}

/// Elements that are worth waking a thread for.
inline constexpr std::size_t kGrain = 16384;

/// Shares the planes of (N, C, H, W) among the threads: body(plane, thread), plane = n * C + c.
template <typename Body>
void for_planes(Context& context, const Shape& shape, const Body& body) {
  const std::size_t planes = static_cast<std::size_t>(shape.n) * static_cast<std::size_t>(shape.c);
  for_ranges(context, planes, kGrain / std::max<std::size_t>(shape.plane(), 1), [&](std::size_t begin, std::size_t end, int thread) {
    for (std::size_t plane = begin; plane < end; ++plane) body(plane, thread);
  });
}

}  // namespace zf::cpu
