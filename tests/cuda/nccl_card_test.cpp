// Sums over ranks from card to card: of one card, and of as many as there are.
#include <gtest/gtest.h>

#include "native/cuda/cuda_backend.h"
#include "native/nccl/nccl_library.h"
#include "native/nccl/nccl_ranks.h"
#include "tests/backend/compare.h"
#include "tests/train/thread_ranks.h"

namespace zf::testing {
namespace {

const Shape kLarge{512, 256, 3, 3};
const Shape kOdd{1, 7, 1, 1};

class NcclRanksOnCards : public ::testing::Test {
 protected:
  void SetUp() override {
    if (nccl_library() == nullptr) GTEST_SKIP() << "there is no NCCL";
  }
};

/// Three buckets one after the other, each doubled before the sum and halved after it, so that a sum that does not wait for the card, or
/// for which the card does not wait, shows.
std::vector<Tensor> sums(Backend& backend, Ranks& ranks, unsigned seed) {
  std::vector<DeviceTensor> tensors;
  for (unsigned i = 0; i < 6; ++i) tensors.push_back(upload(backend, random_tensor(i % 2 == 0 ? kLarge : kOdd, seed + i)));
  std::vector<std::unique_ptr<PendingSum>> pending;
  for (std::size_t i = 0; i < tensors.size(); i += 2) {
    for (std::size_t k : {i, i + 1}) {
      DeviceTensor twice;
      backend.add(tensors[k], tensors[k], false, twice);
      tensors[k] = std::move(twice);
    }
    pending.push_back(ranks.start_sum(backend, {&tensors[i], &tensors[i + 1]}));
    ranks.poke();
  }
  std::vector<Tensor> results;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    if (i % 2 == 0) pending[i / 2]->wait();
    DeviceTensor copy;
    backend.add(tensors[i], tensors[i], false, copy);
    results.push_back(backend.download(copy));
  }
  return results;
}

TEST_F(NcclRanksOnCards, OneRankHasItsOwnSums) {
  const std::unique_ptr<Backend> backend = make_cuda_backend();
  OneRank alone;
  const NcclRanks together = nccl_ranks(alone, *backend);
  ASSERT_NE(together.ranks, nullptr) << together.note;
  EXPECT_TRUE(together.note.starts_with("sums by NCCL 2.")) << together.note;
  const std::vector<Tensor> found = sums(*backend, *together.ranks, 1);
  for (unsigned i = 0; i < found.size(); ++i) {
    Tensor expected = random_tensor(i % 2 == 0 ? kLarge : kOdd, 1 + i);
    for (float& value : expected.values()) value *= 4;
    EXPECT_EQ(normalised_error(found[i], expected), 0) << "tensor " << i;
  }
}

TEST_F(NcclRanksOnCards, RanksThatShareACardAddUpByWayOfTheHost) {
  test::on_ranks(2, [](test::ThreadRanks& ranks) {
    const std::unique_ptr<Backend> backend = make_cuda_backend();
    const NcclRanks together = nccl_ranks(ranks, *backend);
    EXPECT_EQ(together.ranks, nullptr);
    EXPECT_NE(together.note.find("rank 1 shares card"), std::string::npos) << together.note;
  });
}

TEST_F(NcclRanksOnCards, EveryCardGetsTheSameSums) {
  const int cards = cuda_cards();
  if (cards < 2) GTEST_SKIP() << "there is one card";
  std::vector<std::vector<Tensor>> found(static_cast<std::size_t>(cards));
  test::on_ranks(cards, [&](test::ThreadRanks& ranks) {
    const std::unique_ptr<Backend> backend = make_cuda_backend({.device = ranks.rank()});
    const NcclRanks together = nccl_ranks(ranks, *backend);
    ASSERT_NE(together.ranks, nullptr) << together.note;
    found[static_cast<std::size_t>(ranks.rank())] = sums(*backend, *together.ranks, 100U * static_cast<unsigned>(ranks.rank()));
  });
  for (unsigned i = 0; i < found.front().size(); ++i) {
    Tensor expected(i % 2 == 0 ? kLarge : kOdd);
    for (int rank = 0; rank < cards; ++rank) {
      const Tensor part = random_tensor(expected.shape(), 100U * static_cast<unsigned>(rank) + i);
      for (std::size_t k = 0; k < part.size(); ++k) expected.values()[k] += 4 * part.values()[k];
      EXPECT_EQ(normalised_error(found[static_cast<std::size_t>(rank)][i], found[0][i]), 0) << "rank " << rank << ", tensor " << i;
    }
    EXPECT_LT(normalised_error(found[0][i], expected), 1e-6) << "tensor " << i;
  }
}

}  // namespace
}  // namespace zf::testing
