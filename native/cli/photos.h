#pragma once

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/data/photo_store.h"
#include "native/cli/options.h"
#include "native/cli/skipped.h"

namespace zf::cli {

/// Threads that decode photos beside the arithmetic.
[[nodiscard]] inline int worker_threads(const Options& options) {
  return options.backend.threads > 0 ? options.backend.threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

/// Names on stderr what a data set left out or could not read.
inline void report_skipped(const PhotoStore& photos) {
  SkippedPhotos skipped;
  skipped.add(photos.skipped());
  skipped.report(photos.size() + photos.dataset().skipped.size());
}

/// The same as JSON.
inline nlohmann::ordered_json skipped_json(const PhotoStore& photos) {
  SkippedPhotos skipped;
  skipped.add(photos.skipped());
  return skipped.json();
}

}  // namespace zf::cli
