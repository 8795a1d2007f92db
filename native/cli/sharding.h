#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>
#include <string>

#include "core/data/shard.h"
#include "native/site/descriptor.h"

namespace zf::cli {

/// Adds --shard.
void add_shard_option(CLI::App& command, std::string& shard);

/// The shard that --shard names; nothing where it is not given. `auto` asks the environment; throws where that says nothing.
[[nodiscard]] std::optional<Shard> chosen_shard(const std::string& shard);

/// While it lives, no other process works on the same shard in the folder, on any machine that sees it and whose file system locks.
class ShardLock {
 public:
  /// Throws where another process holds it.
  ShardLock(const std::filesystem::path& out, const Shard& shard);

 private:
  Descriptor file_;
};

}  // namespace zf::cli
