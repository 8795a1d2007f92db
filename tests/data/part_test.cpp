#include "core/data/part.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <numeric>

#include "tests/io/testing.h"

namespace zf {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::expect_error;

class Parts : public testing::TemporaryFolder {
 protected:
  static Part part(int index, int count, std::size_t things) {
    Part part{{"eval", {index, count}, {{"photos", "a list"}, {"crops", 1}}}, things};
    for (std::size_t own = 0; own < part.header.shard.share(things); ++own) part.results.push_back({{"thing", part.header.shard.at(own)}});
    part.notes = {{"from", index}};
    return part;
  }
  [[nodiscard]] fs::path write(const Part& part) const {
    const fs::path file = part_path(path("out"), part.header.shard);
    write_part(file, part);
    return file;
  }
  [[nodiscard]] std::vector<fs::path> found() const { return find_parts(std::vector{path("out")}); }
};

TEST_F(Parts, JoinInEveryOrder) {
  constexpr std::size_t kThings = 10;
  for (int count = 1; count <= 5; ++count) {
    std::vector<fs::path> files;
    for (int i = 0; i < count; ++i) files.push_back(write(part(i, count, kThings)));
    std::sort(files.begin(), files.end());
    do {
      const JoinedParts joined = join_parts(files);
      ASSERT_EQ(joined.results.size(), kThings);
      for (std::size_t i = 0; i < kThings; ++i) EXPECT_EQ(joined.results[i].at("thing"), i);
      EXPECT_EQ(joined.notes.at("from"), 0);
      EXPECT_EQ(joined.setup.at("photos"), "a list");
    } while (std::next_permutation(files.begin(), files.end()));
    fs::remove_all(path("out"));
  }
}

TEST_F(Parts, OfMoreShardsThanThingsAreEmpty) {
  for (int i = 0; i < 5; ++i) static_cast<void>(write(part(i, 5, 2)));
  EXPECT_EQ(join_parts(found()).results.size(), 2U);
}

TEST_F(Parts, ThatDoNotJoinAreNamed) {
  expect_error([&] { static_cast<void>(found()); }, {"out", "found nothing"});
  fs::create_directories(path("out"));
  expect_error([&] { static_cast<void>(found()); }, {"out", "found none"});
  for (const int i : {0, 1, 3}) static_cast<void>(write(part(i, 6, 20)));
  expect_error([&] { static_cast<void>(join_parts(found())); }, {"parts of 6 shards", "none of shard 2, 4, 5", "eval --shard I/6"});
  fs::remove_all(path("out"));

  const std::vector<fs::path> files{write(part(0, 2, 9)), write(part(1, 2, 9))};
  const auto expect_refused = [&](Part other, std::initializer_list<std::string_view> said) {
    write_part(files[1], other);
    expect_error([&] { static_cast<void>(join_parts(files)); }, said);
  };
  Part other = part(1, 2, 9);
  other.header.setup["photos"] = "another list";
  expect_refused(other, {"1-of-2.json", "0-of-2.json", "photos: \"a list\" there, \"another list\" now"});
  other = part(1, 2, 9);
  other.header.command = "render";
  expect_refused(other, {"1-of-2.json", "part of eval", "found one of render"});
  expect_refused(part(1, 3, 9), {"one of 2 shards", "found one of 3"});
  expect_refused(part(0, 2, 9), {"another of shard 0", "0-of-2.json"});
  expect_refused(part(1, 2, 7), {"9 things", "found one of 7"});
  other = part(1, 2, 9);
  other.results.erase(2);
  expect_refused(other, {"1-of-2.json", "found 3 of 4 things done", "goes on with it"});
  std::ofstream(files[1]) << "{\"part\": {}}";
  expect_error([&] { static_cast<void>(join_parts(files)); }, {"1-of-2.json", "command"});
  std::ofstream(files[1]) << "no part";
  expect_error([&] { static_cast<void>(join_parts(files)); }, {"1-of-2.json"});
}

TEST_F(Parts, GoOnWithTheSameWorkAlone) {
  const Part whole = part(1, 2, 9);
  EXPECT_TRUE(resumed_part(path("out"), whole.header, 9).results.empty());
  Part half = whole;
  half.results.erase(2);
  half.results.erase(2);
  static_cast<void>(write(half));
  EXPECT_EQ(resumed_part(path("out"), whole.header, 9).results, half.results);
  PartHeader other = whole.header;
  other.setup["crops"] = 10;
  expect_error([&] { static_cast<void>(resumed_part(path("out"), other, 9)); }, {"1-of-2.json", "crops: 1 there, 10 now"});
  expect_error([&] { static_cast<void>(resumed_part(path("out"), whole.header, 8)); }, {"over 8", "found", "over 9"});
  other = whole.header;
  other.shard = {1, 3};
  expect_error([&] { static_cast<void>(resumed_part(path("out"), other, 9)); }, {"1-of-2.json", "parts of 3 shards", "found one of 2"});
}

TEST_F(Parts, KeepNamesOfAnyBytes) {
  for (const std::string& name :
       {std::string("plain/a b.png"), std::string("\xC3\xA9t\xC3\xA9.png"), std::string("\xFF\x01/\n.png"), std::string()}) {
    EXPECT_EQ(name_from_json(json::parse(name_to_json(name).dump())), name);
  }
}

}  // namespace
}  // namespace zf
