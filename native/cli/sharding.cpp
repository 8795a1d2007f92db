#include "native/cli/sharding.h"

#include <fcntl.h>

#include <cstdlib>
#include <string_view>

#include "core/data/part.h"
#include "core/io/atomic_file.h"
#include "core/tensor/error.h"

namespace zf::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kAuto = "auto";

std::optional<std::string> variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

/// N of "auto/N".
std::optional<int> count_of(const std::string& shard) {
  if (shard.size() == kAuto.size()) return {};
  return shard_named("0" + shard.substr(kAuto.size())).count;
}

std::string problem(const std::string& shard) {
  try {
    if (shard.starts_with(kAuto)) {
      static_cast<void>(count_of(shard));
    } else {
      static_cast<void>(shard_named(shard));
    }
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

fs::path lock_file(const fs::path& out, const Shard& shard) {
  const fs::path part = part_path(out, shard, ".lock");
  make_folder(part.parent_path());
  return part.parent_path() / ("." + part.filename().string());
}

}  // namespace

void add_shard_option(CLI::App& command, std::string& shard) {
  command
      .add_option(
          "--shard", shard,
          "I/N: do shard I (from 0) of N, and keep its part in the folder --out/parts, for `zfscope merge`; auto: as Slurm, Open MPI "
          "or PMI number this process; auto/N: the index alone from there, or from a Kubernetes job")
      ->check(problem);
}

std::optional<Shard> chosen_shard(const std::string& shard) {
  if (shard.empty()) return {};
  return shard.starts_with(kAuto) ? shard_of(variable, count_of(shard)) : shard_named(shard);
}

ShardLock::ShardLock(const fs::path& out, const Shard& shard) : file_(lock_file(out, shard), O_RDWR | O_CREAT) {
  if (file_.lock()) return;
  fail("{}: expected nobody else to work on shard {}, found another process that does", out.string(), to_string(shard));
}

}  // namespace zf::cli
