#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "core/tensor/job.h"

namespace zf::cli {

/// A bar with the time left, redrawn in place on stderr where that is a terminal; silent elsewhere.
class Progress {
 public:
  explicit Progress(std::string label);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// Ends the line.
  ~Progress();

  /// `fraction` of the work is done (0-1); `note` stands behind the time left.
  void update(double fraction, const std::string& note = {});
  /// Since the start.
  [[nodiscard]] double seconds() const;

 private:
  using Clock = std::chrono::steady_clock;
  std::string label_;
  bool terminal_;
  bool drawn_ = false;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_{};
};

/// Steps the job to its end and shows how far it is; of `photos` photos in all, how many go through a second.
void run(Job& job, Progress& bar, std::size_t photos = 0);

/// "12 s", "3 min 20 s", "2 h 05 min"
[[nodiscard]] std::string duration(double seconds);

}  // namespace zf::cli
