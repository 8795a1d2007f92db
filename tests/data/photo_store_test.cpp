#include "core/data/photo_store.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/train/synthetic.h"

namespace zf {
namespace {

using test::SyntheticDecoder;
using test::TemporaryFolder;
using test::write_text;

constexpr std::size_t kPhotoBytes = std::size_t{3} * 16 * 16;

/// Counts how often photos are decoded.
class CountingDecoder final : public ImageDecoder {
 public:
  [[nodiscard]] DecodedImage decode(std::span<const std::byte> bytes, const std::string& name) const override {
    ++count;
    return synthetic_.decode(bytes, name);
  }
  mutable std::atomic<int> count{0};

 private:
  SyntheticDecoder synthetic_;
};

Dataset write_photos(const TemporaryFolder& folder, int count) {
  Dataset dataset{{"plain"}, {}};
  for (int i = 0; i < count; ++i) {
    dataset.samples.push_back({folder.path(std::to_string(i)), 0});
    write_text(dataset.samples.back().path, "2 " + std::to_string(i) + " 16 16");
  }
  return dataset;
}

TEST(PhotoStore, KeepsPhotosUpToItsBudgetAndDecodesTheOthersAgain) {
  const TemporaryFolder folder;
  const CountingDecoder decoder;
  PhotoStore photos(write_photos(folder, 5), decoder, {16, 3 * kPhotoBytes + 10});
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(photos.get(i)->width, 16);
    EXPECT_EQ(photos.memory(), 3 * kPhotoBytes);
  }
  EXPECT_EQ(decoder.count, 7);
}

TEST(PhotoStore, ShrinksLargerPhotosOnly) {
  const TemporaryFolder folder;
  Dataset dataset = write_photos(folder, 2);
  write_text(dataset.samples[0].path, "0 1 64 32");
  const SyntheticDecoder decoder;
  PhotoStore photos(dataset, decoder, {20, 1U << 20U});
  EXPECT_EQ(photos.get(0)->width, 40);
  EXPECT_EQ(photos.get(0)->height, 20);
  EXPECT_EQ(photos.get(1)->height, 16);
}

TEST(PhotoStore, ReportsFilesThatCannotBeRead) {
  const TemporaryFolder folder;
  Dataset dataset = write_photos(folder, 3);
  write_text(dataset.samples[1].path, "broken");
  std::filesystem::remove(dataset.samples[2].path);
  dataset.skipped = {{"beside.mp4", "a film"}};
  const CountingDecoder decoder;
  PhotoStore photos(dataset, decoder, {16, 1U << 20U});
  for (int round = 0; round < 2; ++round) {
    EXPECT_NE(photos.get(0), nullptr);
    EXPECT_EQ(photos.get(1), nullptr);
    EXPECT_EQ(photos.get(2), nullptr);
  }
  const std::vector<Skipped> skipped = photos.skipped();
  ASSERT_EQ(skipped.size(), 3U);
  EXPECT_EQ(skipped[0].why, "a film");
  EXPECT_EQ(skipped[1].path, dataset.samples[1].path);
  EXPECT_EQ(skipped[1].why.find(skipped[1].path), std::string::npos) << skipped[1].why;
  EXPECT_EQ(skipped[2].path, dataset.samples[2].path);
  EXPECT_EQ(photos.unreadable(), 2U);
  EXPECT_EQ(decoder.count, 2);
}

TEST(PhotoStore, ManyThreadsMayAskForTheSamePhoto) {
  const TemporaryFolder folder;
  const SyntheticDecoder decoder;
  PhotoStore photos(write_photos(folder, 8), decoder, {16, 4 * kPhotoBytes});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (std::size_t i = 0; i < 64; ++i) EXPECT_NE(photos.get(i % 8), nullptr);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(photos.memory(), 4 * kPhotoBytes);
}

}  // namespace
}  // namespace zf
