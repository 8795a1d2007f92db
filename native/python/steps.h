#pragma once

#include <pybind11/pybind11.h>

#include <chrono>
#include <string>

#include "core/tensor/job.h"

namespace zf::python {

namespace py = pybind11;

/// The way through a long work that a Busy does: between steps it looks for signals and shows how far the work is. Made and destroyed by a
/// thread that holds the GIL.
class Steps {
 public:
  /// `progress` is True for a bar, False for none, or a function of the part that is done (0-1) and a note.
  Steps(std::string label, py::object progress);
  Steps(const Steps&) = delete;
  Steps& operator=(const Steps&) = delete;
  ~Steps();

  /// After each step, without the GIL. Throws what a signal asks for.
  void update(double fraction, const std::string& note = {});
  /// Steps the job to its end; of `photos` photos in all, tells how many go through a second.
  void run(Job& job, std::size_t photos = 0);
  /// Since the start.
  [[nodiscard]] double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

 private:
  using Clock = std::chrono::steady_clock;

  std::string label_;
  py::object progress_;
  py::object bar_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point looked_ = start_;
};

}  // namespace zf::python
