// Mining by several processes gives the bytes that one gives: on the CPU's kernels, whose last bits follow from the batch.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "core/analysis/mine.h"
#include "core/analysis/mine_parts.h"
#include "core/data/batches.h"
#include "core/io/atomic_file.h"
#include "tests/analysis/small_mine.h"

namespace zf {
namespace {

namespace fs = std::filesystem;
using testing::expect_error;

class MiningShards : public testing::TemporaryFolder {
 protected:
  MiningShards() { test::write_photos(path("photos"), test::kMinedPhotos); }

  [[nodiscard]] PhotoList photos() const { return list_photos(path("photos").string()); }
  [[nodiscard]] static MineOptions options(std::optional<Shard> shard = {}) {
    MineOptions options;
    options.top = 4;
    options.batch = 3;
    options.save_every = 0;  // after every step
    options.shard = shard;
    return options;
  }
  [[nodiscard]] std::unique_ptr<MineJob> job(const std::string& out, const MineOptions& options) const {
    return std::make_unique<MineJob>(net_, test::mined_preprocess(), photos(), decoder_, path(out), options);
  }
  /// Whether the shard got no further than its scan.
  bool mine(const std::string& out, const MineOptions& options) const {
    const std::unique_ptr<MineJob> work = job(out, options);
    run(*work);
    return work->only_scanned();
  }
  /// All shards, twice: what they see, and then the winners of all.
  void mine_in(const std::string& out, int shards) const {
    for (int round = 0; round < 2; ++round) {
      for (int i = 0; i < shards; ++i)
        EXPECT_EQ(mine(out, options(Shard{i, shards})), round == 0 && i < shards - 1) << i << " of " << shards;
    }
  }
  [[nodiscard]] std::vector<fs::path> parts(const std::string& out) const { return find_parts(std::vector{path(out)}); }
  [[nodiscard]] std::vector<std::byte> joined(const std::vector<fs::path>& files) const {
    const MineParts parts = join_mine_parts(files);
    EXPECT_TRUE(parts.projected);
    write_atlas(path("joined"), parts.contents);
    return read_file(path("joined"));
  }
  [[nodiscard]] std::vector<std::byte> whole() const {
    static_cast<void>(mine("whole", options()));
    return read_file(path("whole"));
  }

  std::unique_ptr<Backend> backend_ = make_cpu_backend(2);
  Net net_{*backend_, test::mined_network(), test::mined_parameters(3)};
  test::NoiseDecoder decoder_;
};

TEST_F(MiningShards, GiveTheBytesOfOneProcess) {
  const std::vector<std::byte> expected = whole();
  for (const int shards : {1, 2, 3, 4, 9}) {  // 7 batches: some of 9 have nothing
    const std::string out = "parts" + std::to_string(shards);
    mine_in(out, shards);
    EXPECT_EQ(joined(parts(out)), expected) << shards;
  }
}

TEST_F(MiningShards, JoinInEveryOrder) {
  const std::vector<std::byte> expected = whole();
  mine_in("parts", 3);
  std::vector<fs::path> files = parts("parts");
  ASSERT_EQ(files.size(), 6U);
  int orders = 0;
  do {
    EXPECT_EQ(joined(files), expected);
    ++orders;
  } while (std::next_permutation(files.begin(), files.end()));
  EXPECT_EQ(orders, 720);
}

TEST_F(MiningShards, ScansAloneAreAnAtlasThatMineGoesOnWith) {
  const std::vector<std::byte> expected = whole();
  for (int i = 0; i < 3; ++i) static_cast<void>(mine("folder" + std::to_string(i), options(Shard{i, 3})));
  const MineParts scans = join_mine_parts(find_parts(std::vector{path("folder2"), path("folder0"), path("folder1")}));
  EXPECT_FALSE(scans.projected);
  const nlohmann::json& setup = scans.progress.header.setup;
  const MineOptions asked = mine_options_of(setup, "test");
  EXPECT_EQ(asked.top, 4);
  EXPECT_EQ(asked.batch, 3);
  write_atlas(path("later.part"), scans.contents, to_text({{"mine", {}, setup}, batch_count(photos().names.size(), 3), 0, false}));
  static_cast<void>(mine("later", asked));
  EXPECT_EQ(read_file(path("later")), expected);
}

TEST_F(MiningShards, AKilledShardGoesOnToTheSameBytes) {
  const std::vector<std::byte> expected = whole();
  for (int killed = 1; killed < 6; ++killed) {
    const std::string out = "cut" + std::to_string(killed);
    for (int round = 0; round < 2; ++round) {
      for (int i = 0; i < 2; ++i) {
        {
          const std::unique_ptr<MineJob> first = job(out, options(Shard{i, 2}));
          for (int step = 0; step < killed && first->step() != Step::kDone; ++step) {
          }
        }
        static_cast<void>(mine(out, options(Shard{i, 2})));
      }
    }
    EXPECT_EQ(joined(parts(out)), expected) << killed;
  }
}

TEST_F(MiningShards, WaitForTheOthers) {
  static_cast<void>(mine("parts", options(Shard{0, 2})));
  MineOptions patient = options(Shard{1, 2});
  patient.wait = 3600;
  EXPECT_FALSE(mine("parts", patient));  // nobody to wait for
  MineOptions alone = options(Shard{0, 3});
  alone.wait = 3600;
  const std::unique_ptr<MineJob> waiting = job("lonely", alone);
  Step step = Step::kMore;
  for (int i = 0; i < 100 && step == Step::kMore; ++i) step = waiting->step();
  EXPECT_EQ(step, Step::kWaiting);
  EXPECT_EQ(waiting->step(), Step::kWaiting);
  EXPECT_FALSE(waiting->only_scanned());
}

TEST_F(MiningShards, OfOtherWorkAreRefused) {
  static_cast<void>(mine("parts", options(Shard{0, 2})));
  MineOptions other = options(Shard{1, 2});
  other.quality = 50;
  expect_error([&] { static_cast<void>(mine("parts", other)); }, {"1-of-2.scan", "0-of-2.scan", "quality: 92 there, 50 now"});
  expect_error([&] { static_cast<void>(join_mine_parts(parts("parts"))); }, {"1-of-2.scan", "0-of-2.scan", "quality: 92 there, 50 now"});
  expect_error([&] { static_cast<void>(job("parts", options(Shard{1, 2}))); }, {"1-of-2.scan", "quality: 50 there, 92 now"});
  expect_error([&] { static_cast<void>(job("parts", options(Shard{0, 3}))); }, {"parts of 3 shards", "found one of 2"});

  fs::remove(scan_part(path("parts"), {1, 2}));
  expect_error([&] { static_cast<void>(join_mine_parts(parts("parts"))); }, {"none of shard 1"});
  {
    const std::unique_ptr<MineJob> half = job("parts", options(Shard{1, 2}));
    ASSERT_EQ(half->step(), Step::kMore);
    ASSERT_EQ(half->step(), Step::kMore);
  }
  expect_error([&] { static_cast<void>(join_mine_parts(parts("parts"))); }, {"1-of-2.scan", "goes on with it"});
  std::ofstream(path("photos/a/new.img")) << "photo 77";
  expect_error([&] { static_cast<void>(job("parts", options(Shard{1, 2}))); }, {"1-of-2.scan", "names and sizes of photos"});
}

TEST_F(MiningShards, WinnersOfOtherScansAreRefused) {
  mine_in("parts", 2);
  // As if another folder's scan had taken this one's place: same settings, but what it found is not what was projected.
  Atlas scan(scan_part(path("parts"), {0, 2}));
  AtlasContents contents = scan.contents();
  contents.layers[0].items[0].value += 1;
  write_atlas(scan_part(path("parts"), {0, 2}), contents, scan.progress());
  expect_error([&] { static_cast<void>(join_mine_parts(parts("parts"))); }, {"winners", "found those of others"});
}

}  // namespace
}  // namespace zf
