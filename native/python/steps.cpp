#include "native/python/steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "native/python/busy.h"

namespace zf::python {

Steps::Steps(std::string label, py::object progress) : label_(std::move(label)), progress_(std::move(progress)) {}

Steps::~Steps() {
  if (!bar_ || bar_.is_none()) return;
  const py::error_scope kept;  // that may be under way
  try {
    bar_.attr("close")();
  } catch (py::error_already_set& error) {
    error.discard_as_unraisable("zfscope: closing the progress bar");
  }
}

void Steps::update(double fraction, const std::string& note) {
  constexpr std::chrono::milliseconds kLook(50);
  const auto now = Clock::now();
  if (now - looked_ < kLook) return;
  looked_ = now;
  const py::gil_scoped_acquire acquire;
  check_signals();
  if (!bar_) bar_ = py::module_::import("zfscope._progress").attr("open_bar")(label_, progress_);
  if (!bar_.is_none()) bar_.attr("update")(std::clamp(fraction, 0.0, 1.0), note);
}

void Steps::run(Job& job, std::size_t photos) {
  zf::run(job, [&] {
    const double done = job.progress();
    const double rate = static_cast<double>(photos) * done / std::max(seconds(), 1e-3);
    update(done, photos > 0 ? fmt::format("{:.1f} photos/s", rate) : std::string());
    return true;
  });
}

}  // namespace zf::python
