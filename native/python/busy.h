#pragma once

#include <pybind11/pybind11.h>

#include <mutex>
#include <optional>

namespace zf::python {

namespace py = pybind11;

using Lock = std::recursive_timed_mutex;

/// While one lives, other Python threads run, and what the lock guards belongs to this thread. It is made and destroyed by a thread that
/// holds the GIL, and asks for signals while it waits. An interpreter that ends waits for all of them.
class Busy {
 public:
  explicit Busy(Lock& lock);
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;
  ~Busy() = default;

 private:
  /// Counts those that are alive.
  struct Count {
    Count();
    Count(const Count&) = delete;
    Count& operator=(const Count&) = delete;
    ~Count();
  };

  Count count_;
  py::gil_scoped_release release_;
  std::unique_lock<Lock> lock_;
};

/// Throws what a signal asks for, such as KeyboardInterrupt, and SystemExit where the interpreter ends. Holds the GIL.
void check_signals();

/// Lets work stop after its step, and waits until all has. For atexit.
void end_work();

}  // namespace zf::python
