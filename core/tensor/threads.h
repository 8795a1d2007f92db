#pragma once

#include <functional>
#include <system_error>
#include <thread>
#include <vector>

namespace zf {

/// More than any machine has use for, and what options refuse.
inline constexpr int kMostThreads = 1024;

/// Starts threads that run `work`(0) to `work`(count - 1): as many as the system gives, which may be none. They must be joined. Whoever
/// calls it shares the same work, so that fewer threads only take longer.
[[nodiscard]] inline std::vector<std::thread> start_threads(int count, const std::function<void(int)>& work) {
  std::vector<std::thread> threads;
  threads.reserve(static_cast<std::size_t>(count > 0 ? count : 0));  // so that what is started is never lost to a lack of memory
  try {
    for (int i = 0; i < count; ++i) threads.emplace_back(work, i);
  } catch (const std::system_error&) {  // there are no more
  }
  return threads;
}

}  // namespace zf
