// Compiled programs on disk: written, read, and survived when they are damaged or cannot be written.
#include "native/opengl/program_cache.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/backend/compare.h"
#include "tests/opengl/testing.h"

namespace zf::testing {
namespace {

using opengl::ProgramCache;

const std::vector<char> kBytes = {'a', 'b', 'c', '\0', 'd'};

std::vector<std::filesystem::path> files_of(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  return files;
}

TEST(ProgramCache, FindsWhatItKept) {
  const TemporaryFolder folder("program_cache_finds");
  const ProgramCache cache(folder.path() / "deeper" / "still", "driver 1");
  EXPECT_FALSE(cache.find("source"));
  cache.keep("source", 77, kBytes);
  const auto found = cache.find("source");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->format, 77U);
  EXPECT_EQ(found->bytes, kBytes);
  EXPECT_FALSE(cache.find("another source"));
  EXPECT_FALSE(ProgramCache(folder.path() / "deeper" / "still", "driver 2").find("source"));
  EXPECT_EQ(files_of(folder.path() / "deeper" / "still").size(), 1U) << "left something beside it";
}

TEST(ProgramCache, IgnoresDamage) {
  const TemporaryFolder folder("program_cache_damage");
  const ProgramCache cache(folder.path(), "driver");
  cache.keep("source", 77, kBytes);
  const std::filesystem::path file = files_of(folder.path()).front();
  const auto size = std::filesystem::file_size(file);
  for (std::uintmax_t at = 0; at < size; ++at) {
    cache.keep("source", 77, kBytes);
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(static_cast<std::streamoff>(at)).put('\x55');
    stream.close();
    EXPECT_FALSE(cache.find("source")) << "byte " << at;
  }
  for (std::uintmax_t length = 0; length < size; ++length) {
    cache.keep("source", 77, kBytes);
    std::filesystem::resize_file(file, length);
    EXPECT_FALSE(cache.find("source")) << "length " << length;
  }
}

TEST(ProgramCache, IsSilentWhereItCannotWrite) {
  const TemporaryFolder folder("program_cache_blocked");
  std::ofstream(folder.path() / "file") << "not a folder";
  const ProgramCache blocked(folder.path() / "file", "driver");
  EXPECT_NO_THROW(blocked.keep("source", 1, kBytes));
  EXPECT_FALSE(blocked.find("source"));
  EXPECT_FALSE(ProgramCache({}, "driver").find("source"));
}

/// relu of {-1, 2} with that cache.
Tensor relu(const std::filesystem::path& folder) {
  const auto backend = make_opengl_backend({.program_cache = folder});
  DeviceTensor y;
  backend->relu(upload(*backend, Tensor({1, 1, 1, 2}, std::vector<float>{-1, 2})), y);
  return backend->download(y);
}

TEST(ProgramCache, BackendsFillItAndSurviveWhatTheyFind) {
  const TemporaryFolder folder("program_cache_backend");
  const Tensor expected({1, 1, 1, 2}, std::vector<float>{0, 2});
  EXPECT_EQ(normalised_error(relu(folder.path()), expected), 0);
  const std::vector<std::filesystem::path> files = files_of(folder.path());
  EXPECT_GT(files.size(), 3U);
  EXPECT_EQ(normalised_error(relu(folder.path()), expected), 0);
  EXPECT_EQ(files_of(folder.path()).size(), files.size());
  for (const std::filesystem::path& file : files) std::ofstream(file, std::ios::binary) << "garbage of some length, longer than a head";
  EXPECT_EQ(normalised_error(relu(folder.path()), expected), 0);
}

// What the cache takes for whole may still be nothing that the driver knows.
TEST(ProgramCache, BackendsCompileWhatTheDriverRefuses) {
  const TemporaryFolder folder("program_cache_refused");
  const std::string source = kernel_source(opengl::Kernel::kRelu, "#version 430\n");
  const opengl::EglContext context({});
  ProgramCache(folder.path(), context.driver()).keep(source, 1, kBytes);
  context.release();
  EXPECT_EQ(normalised_error(relu(folder.path()), Tensor({1, 1, 1, 2}, std::vector<float>{0, 2})), 0);
}

}  // namespace
}  // namespace zf::testing
