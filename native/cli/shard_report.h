#pragma once

#include <chrono>
#include <filesystem>

#include "core/data/part.h"

namespace zf::cli {

/// Says when an unfinished part is to be written.
class PartTimer {
 public:
  /// Half a minute after the last time.
  [[nodiscard]] bool due();

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point last_ = Clock::now();
};

/// Prints that the shard is done: {"part", "shard", "shards", "done"}.
void report_part(const std::filesystem::path& out, const Part& part, bool json);

/// Lets go of the parts in a folder that has become the whole.
void remove_parts(const std::filesystem::path& out);

/// Throws: the part is written, and the same command goes on with it.
[[noreturn]] void fail_interrupted(const Part& part);

}  // namespace zf::cli
