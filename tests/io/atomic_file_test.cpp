#include "core/io/atomic_file.h"

#include <sys/stat.h>

#include "tests/io/testing.h"

namespace zf {
namespace {

namespace fs = std::filesystem;
using testing::expect_error;
using testing::text_of;
using AtomicFileTest = testing::TemporaryFolder;

TEST_F(AtomicFileTest, WritesReplacesAndReadsBack) {
  write_file(path("a.txt"), "first");
  EXPECT_EQ(text_of(read_file(path("a.txt"))), "first");
  write_file(path("a.txt"), "second, longer");
  EXPECT_EQ(text_of(read_file(path("a.txt"))), "second, longer");
  write_file(path("a.txt"), "");
  EXPECT_EQ(text_of(read_file(path("a.txt"))), "");
  EXPECT_EQ(file_count(), 1U);
}

TEST_F(AtomicFileTest, WithoutCommitTheOldFileStays) {
  write_file(path("a.txt"), "old");
  {
    AtomicFile file(path("a.txt"));
    file.write("half of the new");
    EXPECT_EQ(text_of(read_file(path("a.txt"))), "old");
    EXPECT_EQ(file_count(), 2U);
  }
  EXPECT_EQ(text_of(read_file(path("a.txt"))), "old");
  EXPECT_EQ(file_count(), 1U);
}

TEST_F(AtomicFileTest, TwoWritersOfOneFileDoNotMix) {
  AtomicFile a(path("a.txt"));
  AtomicFile b(path("a.txt"));
  a.write("aa");
  b.write("bb");
  a.commit();
  EXPECT_EQ(text_of(read_file(path("a.txt"))), "aa");
  b.commit();
  EXPECT_EQ(text_of(read_file(path("a.txt"))), "bb");
  EXPECT_EQ(file_count(), 1U);
}

TEST_F(AtomicFileTest, ReplacesWhatALinkPointsTo) {
  write_file(path("real.txt"), "old");
  fs::create_symlink(path("real.txt"), path("link.txt"));
  write_file(path("link.txt"), "new");
  EXPECT_TRUE(fs::is_symlink(path("link.txt")));
  EXPECT_EQ(text_of(read_file(path("real.txt"))), "new");
}

TEST_F(AtomicFileTest, MissingFoldersAndFoldersAreErrors) {
  expect_error([&] { write_file(path("none/a.txt"), "x"); }, {"none/a.txt", "cannot be written", "No such file"});
  expect_error([&] { write_file(path(""), "x"); }, {"found a folder"});
  fs::create_directory(path("sub"));
  expect_error([&] { write_file(path("sub"), "x"); }, {"sub", "found a folder"});
  EXPECT_EQ(file_count(), 1U);
}

TEST_F(AtomicFileTest, FullDiskIsAnErrorThatNamesTheFile) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  expect_error([] { write_file("/dev/full", "x"); }, {"/dev/full", "No space left"});
  EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

TEST_F(AtomicFileTest, ReadingNamesWhatIsWrong) {
  expect_error([&] { (void)read_file(path("none")); }, {"none", "expected a file"});
  expect_error([&] { (void)read_file(path("")); }, {"found a folder"});
  write_file(path("big"), std::string(100, 'x'));
  EXPECT_EQ(read_file(path("big"), 100).size(), 100U);
  expect_error([&] { (void)read_file(path("big"), 99); }, {"big", "at most 99 bytes", "100"});
}

}  // namespace
}  // namespace zf
