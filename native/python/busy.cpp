#include "native/python/busy.h"

#include <unistd.h>

#include <chrono>
#include <thread>

namespace zf::python {

namespace {

using namespace std::chrono_literals;

// Both are touched by threads that hold the GIL.
int alive = 0;        // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): of the one interpreter
bool ending = false;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

}  // namespace

Busy::Count::Count() {
  check_signals();
  ++alive;
}

Busy::Count::~Count() { --alive; }

Busy::Busy(Lock& lock) : lock_(lock, std::defer_lock) {
  while (!lock_.try_lock_for(50ms)) {
    const py::gil_scoped_acquire acquire;
    check_signals();
  }
}

void check_signals() {
  if (ending) PyErr_SetNone(PyExc_SystemExit);
  if (ending || PyErr_CheckSignals() != 0) throw py::error_already_set();
}

void end_work() {
  ending = true;
  while (alive > 0) {
    const py::gil_scoped_release release;
    std::this_thread::sleep_for(1ms);
  }
}

}  // namespace zf::python
