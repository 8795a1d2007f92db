#include "native/mpi/launched_ranks.h"

#include <gtest/gtest.h>

#include "tests/train/thread_ranks.h"

namespace zf::test {
namespace {

TEST(LaunchedRanks, AreCountedByMachine) {
  on_ranks(3, [](ThreadRanks& ranks) { EXPECT_EQ(rank_on_machine(ranks), ranks.rank()); });
  OneRank alone;
  EXPECT_EQ(rank_on_machine(alone), 0);
}

TEST(LaunchedRanks, StayAsTheyAreWithoutCards) {
  on_ranks(2, [](ThreadRanks& ranks) {
    const std::unique_ptr<Backend> backend = make_cpu_backend(1);
    const RanksOnBackend together = ranks_on(*backend, ranks);
    EXPECT_EQ(together.ranks, &ranks);
    EXPECT_EQ(together.own, nullptr);
    EXPECT_EQ(together.note, "");
  });
}

}  // namespace
}  // namespace zf::test
