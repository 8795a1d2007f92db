// What needs no card.
#include <gtest/gtest.h>

#include "native/cuda/host_form.h"
#include "native/nccl/nccl_library.h"
#include "native/nccl/nccl_ranks.h"
#include "tests/train/thread_ranks.h"

namespace zf::test {
namespace {

TEST(NcclRanks, RanksWithoutCardsKeepTheirSums) {
  on_ranks(2, [](ThreadRanks& ranks) {
    const std::unique_ptr<Backend> backend = make_cuda_host_form();
    const NcclRanks together = nccl_ranks(ranks, *backend);
    EXPECT_EQ(together.ranks, nullptr);
    EXPECT_EQ(together.note, "");
  });
}

TEST(NcclLibrary, HasWhatIsCalledAndTheVersionOfItsHeader) {
  if (nccl_library() == nullptr) GTEST_SKIP() << "there is no NCCL";
  int version = 0;
  nccl_library()->check(nccl_library()->version(&version), "ncclGetVersion");
  EXPECT_EQ(version / 10000, NCCL_MAJOR);
  ncclUniqueId id{};
  nccl_library()->check(nccl_library()->unique_id(&id), "ncclGetUniqueId");
  EXPECT_NE(std::string_view(id.internal, sizeof id.internal), std::string(sizeof id.internal, '\0'));
}

}  // namespace
}  // namespace zf::test
