#include "native/cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

namespace zf::cli {

Progress::Progress(std::string label) : label_(std::move(label)), terminal_(isatty(STDERR_FILENO) != 0) {}

Progress::~Progress() {
  if (drawn_) std::fputs("\n", stderr);
}

void Progress::update(double fraction, const std::string& note) {
  constexpr auto kRedraw = std::chrono::milliseconds(100);
  constexpr int kWidth = 30;
  const auto now = Clock::now();
  if (!terminal_ || (drawn_ && fraction < 1 && now - last_ < kRedraw)) return;
  last_ = now;
  drawn_ = true;
  fraction = std::clamp(fraction, 0.0, 1.0);
  const double elapsed = seconds();
  const std::string left = fraction > 0 ? duration(elapsed * (1 - fraction) / fraction) + " left" : "";
  const int filled = static_cast<int>(fraction * kWidth);
  fmt::print(stderr, "\r\033[K{} [{:=<{}}{: <{}}] {:3.0f}%  {}  {}", label_, "", filled, "", kWidth - filled, fraction * 100, left, note);
  std::fflush(stderr);
}

double Progress::seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

void run(Job& job, Progress& bar, std::size_t photos) {
  zf::run(job, [&] {
    const double done = job.progress();
    const double rate = static_cast<double>(photos) * done / std::max(bar.seconds(), 1e-3);
    bar.update(done, photos > 0 ? fmt::format("{:.1f} photos/s", rate) : std::string());
    return true;
  });
}

std::string duration(double seconds) {
  const auto whole = std::lround(seconds);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

}  // namespace zf::cli
