#include "core/data/shard.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/expect_error.h"

namespace zf {
namespace {

using testing::expect_error;

/// An environment of these variables alone.
Environment variables(std::map<std::string, std::string> set) {
  return [set = std::move(set)](const char* name) -> std::optional<std::string> {
    const auto found = set.find(name);
    return found == set.end() ? std::nullopt : std::optional(found->second);
  };
}

TEST(Shards, DealEveryThingOnce) {
  for (const std::size_t things : {0U, 1U, 7U, 64U, 65U}) {
    for (int count = 1; count <= 9; ++count) {
      std::set<std::size_t> dealt;
      std::size_t all = 0;
      for (int index = 0; index < count; ++index) {
        const Shard shard{index, count};
        all += shard.share(things);
        for (std::size_t own = 0; own < shard.share(things); ++own) {
          EXPECT_EQ(shard.at(own) % static_cast<std::size_t>(count), static_cast<std::size_t>(index));
          dealt.insert(shard.at(own));
        }
      }
      EXPECT_EQ(all, things);
      EXPECT_EQ(dealt.size(), things);
      EXPECT_TRUE(things == 0 || *dealt.rbegin() == things - 1);
    }
  }
}

TEST(Shards, HaveNames) {
  EXPECT_EQ(shard_named("0/1"), (Shard{0, 1}));
  EXPECT_EQ(shard_named("63/64"), (Shard{63, 64}));
  EXPECT_EQ(to_string(shard_named("3/64")), "3/64");
  for (const char* bad : {"", "3", "/", "3/", "/4", "a/4", "3/4x", "3 /4", "0x1/4", "99999999999/4"}) {
    expect_error([&] { static_cast<void>(shard_named(bad)); }, {"expected I/N"});
  }
  expect_error([] { static_cast<void>(shard_named("4/4")); }, {"shard 4/4", "0 to 3", "found 4"});
  expect_error([] { static_cast<void>(shard_named("-1/4")); }, {"0 to 3", "found -1"});
  expect_error([] { static_cast<void>(shard_named("0/0")); }, {"found 0"});
  expect_error([] { static_cast<void>(shard_named("0/100001")); }, {"100001"});
}

TEST(Shards, ComeFromSchedulers) {
  EXPECT_EQ(shard_of(variables({{"SLURM_PROCID", "2"}, {"SLURM_NTASKS", "4"}})), (Shard{2, 4}));
  EXPECT_EQ(shard_of(variables({{"OMPI_COMM_WORLD_RANK", "1"}, {"OMPI_COMM_WORLD_SIZE", "3"}})), (Shard{1, 3}));
  EXPECT_EQ(shard_of(variables({{"PMI_RANK", "0"}, {"PMI_SIZE", "2"}})), (Shard{0, 2}));
  // An array comes before its tasks, whatever its numbers are.
  std::map<std::string, std::string> array{{"SLURM_ARRAY_TASK_ID", "16"},  {"SLURM_ARRAY_TASK_MIN", "10"}, {"SLURM_ARRAY_TASK_COUNT", "4"},
                                           {"SLURM_ARRAY_TASK_STEP", "3"}, {"SLURM_PROCID", "0"},          {"SLURM_NTASKS", "1"},
                                           {"OMPI_COMM_WORLD_RANK", "1"}};
  EXPECT_EQ(shard_of(variables(array)), (Shard{2, 4}));
  array.erase("SLURM_ARRAY_TASK_STEP");
  EXPECT_THROW(static_cast<void>(shard_of(variables(array))), Error);  // 6 of 4
  array["SLURM_ARRAY_TASK_STEP"] = "4";
  expect_error([&] { static_cast<void>(shard_of(variables(array))); }, {"step of 4 from 10", "found 16"});
  array["SLURM_ARRAY_TASK_ID"] = "x";
  expect_error([&] { static_cast<void>(shard_of(variables(array))); }, {"SLURM_ARRAY_TASK_ID", "found x"});
  expect_error([] { static_cast<void>(shard_of(variables({{"SLURM_PROCID", "1"}}))); }, {"SLURM_NTASKS", "missing"});
}

TEST(Shards, ComeFromSchedulersWithACount) {
  EXPECT_EQ(shard_of(variables({{"JOB_COMPLETION_INDEX", "5"}}), 8), (Shard{5, 8}));
  // A task of an array that is submitted alone again.
  EXPECT_EQ(shard_of(variables({{"SLURM_ARRAY_TASK_ID", "2"}, {"SLURM_ARRAY_TASK_MIN", "2"}, {"SLURM_ARRAY_TASK_COUNT", "1"}}), 4),
            (Shard{2, 4}));
  EXPECT_EQ(shard_of(variables({{"SLURM_PROCID", "1"}}), 4), (Shard{1, 4}));
  expect_error([] { static_cast<void>(shard_of(variables({{"JOB_COMPLETION_INDEX", "8"}}), 8)); }, {"JOB_COMPLETION_INDEX", "found 8"});
  expect_error([] { static_cast<void>(shard_of(variables({{"JOB_COMPLETION_INDEX", "5"}}))); }, {"SLURM_ARRAY_TASK_ID", "none", "I/N"});
}

}  // namespace
}  // namespace zf
