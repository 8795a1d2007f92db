#include "core/data/shard.h"

#include <array>
#include <charconv>

#include "core/io/quotable.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

constexpr const char* kArrayTask = "SLURM_ARRAY_TASK_ID";

/// Who numbers processes from 0, and in which variables.
struct Numbering {
  const char* index;
  const char* count;
};
constexpr std::array kNumberings = {Numbering{"SLURM_PROCID", "SLURM_NTASKS"}, Numbering{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
                                    Numbering{"PMI_RANK", "PMI_SIZE"}};
constexpr const char* kCompletion = "JOB_COMPLETION_INDEX";

std::optional<int> whole_number(std::string_view text) {
  int number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || stop != text.data() + text.size()) return {};
  return number;
}

/// A variable that must be there.
int number_in(const Environment& environment, const char* name) {
  const std::optional<std::string> text = environment(name);
  if (!text) fail("shard auto: expected {}, found it missing", name);
  const std::optional<int> number = whole_number(*text);
  if (!number) fail("shard auto: expected a whole number in {}, found {}", name, quotable(*text));
  return *number;
}

Shard checked(int index, int count, const std::string& where) {
  if (count < 1 || count > kMostShards) fail("{}: expected 1 to {} shards, found {}", where, kMostShards, count);
  if (index < 0 || index >= count) fail("{}: expected a shard of 0 to {}, found {}", where, count - 1, index);
  return {index, count};
}

/// An array's tasks may begin anywhere and be any step apart.
Shard array_shard(const Environment& environment) {
  const int id = number_in(environment, kArrayTask);
  const int first = number_in(environment, "SLURM_ARRAY_TASK_MIN");
  const int count = number_in(environment, "SLURM_ARRAY_TASK_COUNT");
  const int step = environment("SLURM_ARRAY_TASK_STEP") ? number_in(environment, "SLURM_ARRAY_TASK_STEP") : 1;
  if (step < 1 || (id - first) % step != 0) {
    fail("shard auto: expected {} to be a step of {} from {}, found {}", kArrayTask, step, first, id);
  }
  return checked((id - first) / step, count, kArrayTask);
}

[[noreturn]] void refuse(bool counted) {
  std::string names = kArrayTask;
  for (const Numbering& numbering : kNumberings) names += fmt::format(", {}", numbering.index);
  if (counted) names += fmt::format(", {}", kCompletion);
  fail("shard auto: expected a scheduler's variable, one of {}, found none; --shard I/N names the shard", names);
}

}  // namespace

std::size_t Shard::share(std::size_t things) const {
  const auto from = static_cast<std::size_t>(index);
  const auto every = static_cast<std::size_t>(count);
  return things > from ? (things - from - 1) / every + 1 : 0;
}

Shard shard_named(std::string_view text) {
  const std::size_t bar = text.find('/');
  const std::optional<int> index = whole_number(text.substr(0, bar));
  const std::optional<int> count = bar == std::string_view::npos ? std::nullopt : whole_number(text.substr(bar + 1));
  if (!index || !count) fail("shard: expected I/N, such as 0/4, found {}", quotable(text));
  return checked(*index, *count, "shard " + std::string(text));
}

std::string to_string(const Shard& shard) { return fmt::format("{}/{}", shard.index, shard.count); }

Shard shard_of(const Environment& environment, std::optional<int> count) {
  if (environment(kArrayTask)) return count ? checked(number_in(environment, kArrayTask), *count, kArrayTask) : array_shard(environment);
  for (const Numbering& numbering : kNumberings) {
    if (!environment(numbering.index)) continue;
    return checked(number_in(environment, numbering.index), count ? *count : number_in(environment, numbering.count), numbering.index);
  }
  if (count && environment(kCompletion)) return checked(number_in(environment, kCompletion), *count, kCompletion);
  refuse(count.has_value());
}

}  // namespace zf
