#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "core/train/photo_store.h"
#include "native/cli/options.h"

namespace zf::cli {

/// Threads that decode photos beside the arithmetic.
[[nodiscard]] inline int worker_threads(const Options& options) {
  return options.backend.threads > 0 ? options.backend.threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

/// Names on stderr the files that could not be read; only the first few where there are many.
inline void report_skipped(const std::vector<std::string>& skipped, std::size_t files) {
  constexpr std::size_t kShown = 10;
  if (skipped.empty()) return;
  fmt::print(stderr, "{} of {} files skipped:\n", skipped.size(), files);
  for (std::size_t i = 0; i < std::min(skipped.size(), kShown); ++i) fmt::print(stderr, "  {}\n", skipped[i]);
  if (skipped.size() > kShown) fmt::print(stderr, "  and {} more\n", skipped.size() - kShown);
}

inline void report_skipped(const PhotoStore& photos) { report_skipped(photos.skipped(), photos.size()); }

}  // namespace zf::cli
