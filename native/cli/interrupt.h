#pragma once

namespace zf::cli {

/// While one of these lives, the first SIGINT or SIGTERM only sets interrupted(), so that work can stop after its step; a second
/// one ends the program at once.
class InterruptGuard {
 public:
  InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  ~InterruptGuard();
};

[[nodiscard]] bool interrupted();

}  // namespace zf::cli
