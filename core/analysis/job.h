#pragma once

namespace zf {

/// Work that takes long, cut into steps: the command line loops over them, the viewer runs them on a worker, a browser
/// without threads runs them between frames. A job that is not stepped again is cancelled; destroying it loses nothing but
/// unfinished work.
class Job {
 public:
  Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
  virtual ~Job() = default;

  /// Does a part of the work, at best well below a second; false when nothing is left. Throws Error where the work cannot go
  /// on; the job is over then.
  virtual bool step() = 0;
  /// Part of the work that is done, 0 to 1.
  [[nodiscard]] virtual double progress() const = 0;
};

}  // namespace zf
