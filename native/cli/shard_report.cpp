#include "native/cli/shard_report.h"

#include <fmt/format.h>

#include <system_error>

#include "core/tensor/error.h"
#include "native/cli/print_json.h"

namespace zf::cli {

bool PartTimer::due() {
  constexpr auto kBetween = std::chrono::seconds(30);
  if (Clock::now() - last_ < kBetween) return false;
  last_ = Clock::now();
  return true;
}

void report_part(const std::filesystem::path& out, const Part& part, bool json) {
  const std::string file = part_path(out, part.header.shard).string();
  if (!json) {
    fmt::print("shard {}: {}\n", to_string(part.header.shard), file);
    return;
  }
  print_json({{"part", file}, {"shard", part.header.shard.index}, {"shards", part.header.shard.count}, {"done", part.results.size()}});
}

void remove_parts(const std::filesystem::path& out) {
  std::error_code ignored;
  std::filesystem::remove_all(part_path(out, {}).parent_path(), ignored);
}

void fail_interrupted(const Part& part) {
  fail("{}: interrupted after {} of {} of shard {}; the part is written, and the same command goes on with it", part.header.command,
       part.results.size(), part.header.shard.share(part.things), to_string(part.header.shard));
}

}  // namespace zf::cli
