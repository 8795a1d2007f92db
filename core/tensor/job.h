#pragma once

#include <cstdint>
#include <functional>

namespace zf {

/// What a job's step leaves.
enum class Step : std::uint8_t {
  kMore,     ///< more to do, at once
  kWaiting,  ///< nothing to do until the device has answered: others may have the thread meanwhile
  kDone,     ///< nothing
};

/// Work that takes long, cut into steps: the command line loops over them, the viewer runs them on a worker, a browser
/// without threads runs them between frames. A job that is not stepped again is cancelled; destroying it loses nothing but
/// unfinished work.
class Job {
 public:
  Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
  virtual ~Job() = default;

  /// Does a part of the work, at best well below a second. Throws Error where the work cannot go on; the job is over then.
  virtual Step step() = 0;
  /// Part of the work that is done, 0 to 1.
  [[nodiscard]] virtual double progress() const = 0;
};

/// Steps the job to its end, sleeping a moment where it waits; calls `after` behind every step, and stops early where that gives
/// false. Returns whether the job is done.
bool run(Job& job, const std::function<bool()>& after);
/// Steps the job to its end.
void run(Job& job);

}  // namespace zf
