#include "core/data/batch_loader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>

#include "core/data/batches.h"
#include "core/tensor/error.h"
#include "tests/train/synthetic.h"

namespace zf {
namespace {

TEST(BatchLoader, HandsBatchesOutInOrderAndNeverRunsFarAhead) {
  constexpr int kThreads = 3;
  std::atomic<int> furthest{0};
  BatchLoader loader(5, 60, kThreads, [&](int index, Batch& batch) {
    int seen = furthest;
    while (seen < index && !furthest.compare_exchange_weak(seen, index)) {
    }
    std::this_thread::sleep_for(std::chrono::microseconds(index % 4 * 200));
    batch.labels.assign(1, index);
  });
  Batch batch;
  for (int i = 5; i < 60; ++i) {
    loader.next(batch);
    EXPECT_EQ(batch.labels[0], i);
    EXPECT_LE(furthest, i + 2 * kThreads);
  }
  EXPECT_THROW(loader.next(batch), Error);
}

TEST(BatchLoader, PassesErrorsOnAndStopsWithBatchesLeft) {
  Batch batch;
  BatchLoader failing(0, 10, 2, [](int index, Batch&) {
    if (index == 3) fail("batch three");
  });
  EXPECT_THROW(
      {
        for (int i = 0; i < 10; ++i) failing.next(batch);
      },
      Error);
  BatchLoader abandoned(0, 1000, 2, [](int, Batch&) {});
  abandoned.next(batch);
}

TEST(BatchLoader, WithoutThreadsPreparesWhatIsAskedFor) {
  std::vector<int> prepared;
  BatchLoader loader(2, 5, 0, [&](int index, Batch& batch) {
    if (index == 4) fail("batch four");
    prepared.push_back(index);
    batch.labels.assign(1, index);
  });
  EXPECT_TRUE(prepared.empty());
  Batch batch;
  loader.next(batch);
  loader.next(batch);
  EXPECT_EQ(batch.labels[0], 3);
  EXPECT_EQ(prepared, (std::vector<int>{2, 3}));
  EXPECT_THROW(loader.next(batch), Error);
}

TEST(Batches, DealsEveryPhotoOnceIntoEqualBatches) {
  std::size_t at = 0;
  ASSERT_EQ(batch_count(103, 10), 11);
  for (int i = 0; i < 11; ++i) {
    const auto [first, end] = batch_range(103, 10, i);
    EXPECT_EQ(first, at);
    EXPECT_GE(end - first, 9U);
    EXPECT_LE(end - first, 10U);
    at = end;
  }
  EXPECT_EQ(at, 103U);
}

TEST(Batches, OrderIsAPermutationThatChangesWithTheEpoch) {
  std::vector<std::size_t> order = shuffled(50, 1, 3);
  EXPECT_EQ(order, shuffled(50, 1, 3));
  EXPECT_NE(order, shuffled(50, 1, 4));
  EXPECT_NE(order, shuffled(50, 2, 3));
  std::sort(order.begin(), order.end());
  for (std::size_t i = 0; i < 50; ++i) EXPECT_EQ(order[i], i);
}

TEST(Batches, LeavesOutPhotosThatCannotBeRead) {
  const test::TemporaryFolder folder;
  Dataset dataset{{"a", "b"}, {}};
  for (int i = 0; i < 3; ++i) {
    dataset.samples.push_back({folder.path(std::to_string(i)), i % 2});
    test::write_text(dataset.samples.back().path, i == 1 ? "broken" : "2 1 8 8");
  }
  const test::SyntheticDecoder decoder;
  PhotoStore photos(dataset, decoder, {8, 1U << 20U});
  Preprocess preprocess;
  preprocess.resize = 8;
  preprocess.crop = {8, 8};
  const std::vector<std::size_t> indices = {2, 1, 0};
  Batch batch;
  const MakeView make = [](const Image& photo, std::size_t index, int view) {
    Image image = photo;
    std::fill(image.rgb.begin(), image.rgb.end(), static_cast<std::uint8_t>(10 * index + static_cast<std::size_t>(view)));
    return image;
  };
  fill_batch(photos, preprocess, indices, 2, make, batch);
  EXPECT_EQ(batch.labels, (std::vector<int>{0, 0}));
  ASSERT_EQ(batch.images.shape(), (Shape{4, 3, 8, 8}));
  const float expected[] = {20, 21, 0, 1};
  for (int i = 0; i < 4; ++i) EXPECT_EQ(batch.images.at(i, 2, 7, 7), expected[i]);
}

}  // namespace
}  // namespace zf
