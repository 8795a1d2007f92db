#include "native/files/map_file.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include "core/io/atomic_file.h"
#include "tests/io/testing.h"

namespace zf {
namespace {

using testing::expect_error;

class MapFile : public testing::TemporaryFolder {
 protected:
  void write(const std::string& text) const { std::ofstream(path("file"), std::ios::binary | std::ios::trunc) << text; }
};

/// More than a page, so that pages go when the file is cut short.
const std::string kText(100'000, 'a');

TEST_F(MapFile, GivesTheBytesAndKeepsWritesToItself) {
  write(kText);
  const auto file = map_file(path("file"));
  EXPECT_EQ(testing::text_of(file->bytes()), kText);
  file->bytes()[5] = std::byte{'b'};
  EXPECT_EQ(testing::text_of(read_file(path("file"))), kText);
  EXPECT_EQ(testing::text_of(file->bytes().subspan(4, 3)), "aba");
}

TEST_F(MapFile, BytesComeBackAfterTheyWereReleased) {
  write(kText);
  const auto file = map_file(path("file"));
  file->release(file->bytes().subspan(1, 90'000));
  EXPECT_EQ(testing::text_of(file->bytes()), kText);
}

TEST_F(MapFile, StaysAsItWasWhenTheFileIsReplaced) {
  write(kText);
  const auto file = map_file(path("file"));
  AtomicFile other(path("file"));
  other.write(testing::bytes_of("other"));
  other.commit();
  file->check();
  EXPECT_EQ(testing::text_of(file->bytes()), kText);
}

TEST_F(MapFile, SaysThatTheFileChangedWhileItWasOpened) {
  write(kText);
  const auto file = map_file(path("file"));
  std::filesystem::resize_file(path("file"), 10);
  expect_error([&] { file->check(); }, {"file: expected 100000 bytes", "found 10"});
}

TEST_F(MapFile, EndsWithWordsWherePagesAreGone) {
  ::testing::GTEST_FLAG(death_test_style) = "threadsafe";
  write(kText);
  const auto read_cut_file = [&] {
    const auto file = map_file(path("file"));
    std::filesystem::resize_file(path("file"), 10);
    volatile std::ptrdiff_t found = std::count(file->bytes().begin(), file->bytes().end(), std::byte{'a'});  // volatile: is computed
    (void)found;
  };
  EXPECT_EXIT(read_cut_file(), ::testing::ExitedWithCode(1),
              "file: expected 100000 bytes while the model is in use, found the file cut short");
}

TEST_F(MapFile, RefusesWhatCannotBeMapped) {
  expect_error([&] { (void)map_file(path("none")); }, {"none: cannot be read", "No such file"});
  expect_error([&] { (void)map_file(path(".")); }, {"expected a file that is not empty"});
  write("");
  expect_error([&] { (void)map_file(path("file")); }, {"file: expected a file that is not empty"});
}

}  // namespace
}  // namespace zf
