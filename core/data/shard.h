#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace zf {

/// One of the processes that share a list of things: number `index` of `count`, from 0. Thing number i is its own where i modulo `count` is
/// `index`. By default one process has them all.
struct Shard {
  int index = 0;
  int count = 1;

  /// How many of `things` are its own.
  [[nodiscard]] std::size_t share(std::size_t things) const;
  /// The place, among all things, of its own thing number `own`.
  [[nodiscard]] std::size_t at(std::size_t own) const { return own * static_cast<std::size_t>(count) + static_cast<std::size_t>(index); }
  friend bool operator==(const Shard&, const Shard&) = default;
};

inline constexpr int kMostShards = 100000;

/// "3/64". Throws unless it is I/N with 0 <= I < N <= kMostShards.
[[nodiscard]] Shard shard_named(std::string_view text);
/// "3/64"
[[nodiscard]] std::string to_string(const Shard& shard);

/// A variable's value; nothing where it is not set.
using Environment = std::function<std::optional<std::string>(const char* name)>;

/// The shard that a scheduler's variables make of this process: Slurm's of a job array, else its task's, else Open MPI's, else PMI's. Where
/// `count` is given, the variables say the index alone, which counts from 0, and a Kubernetes job's JOB_COMPLETION_INDEX is read, too.
/// Throws where there is none, or they make no shard, naming them.
[[nodiscard]] Shard shard_of(const Environment& environment, std::optional<int> count = {});

}  // namespace zf
