#pragma once

#include <chrono>

namespace zf::viewer {

/// Lets a job that has news at every step deliver them a few times a second.
class Pace {
 public:
  /// Whether the last time that this was so is long enough ago.
  [[nodiscard]] bool due() {
    constexpr std::chrono::milliseconds kBetween{150};
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ <= kBetween) return false;
    last_ = now;
    return true;
  }

 private:
  std::chrono::steady_clock::time_point last_;
};

}  // namespace zf::viewer
