#include "core/data/photo_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <map>

#include "core/data/photo_list.h"
#include "tests/expect_error.h"
#include "tests/train/synthetic.h"

namespace zf {
namespace {

namespace fs = std::filesystem;
using test::TemporaryFolder;
using test::write_text;

std::vector<std::string> names(const PhotoFiles& files) {
  std::vector<std::string> result;
  for (const PhotoFile& photo : files.photos) result.push_back(photo.name);
  return result;
}

/// Why each file was skipped, by its name.
std::map<std::string, std::string> reasons(const PhotoFiles& files) {
  std::map<std::string, std::string> result;
  for (const Skipped& one : files.skipped) result[fs::path(one.path).filename().string()] = one.why;
  return result;
}

#ifdef __EMSCRIPTEN__
constexpr const char* kAnyBytes = "caf\xC3\xA9.jpg";  // node's names are text
#else
constexpr const char* kAnyBytes = "caf\xE9.jpg";
#endif

TEST(PhotoFiles, AreFoundAtAnyDepthInTheOrderOfTheirNames) {
  const TemporaryFolder folder;
  for (const char* const name : {"b.jpg", "a/z.PNG", "a/deep/er/x.webp", "no_ending", "IMG.0001", kAnyBytes})
    write_text(folder.path(name), "12345");
  const PhotoFiles files = find_photos(folder.path());
  EXPECT_EQ(names(files), (std::vector<std::string>{"IMG.0001", "a/deep/er/x.webp", "a/z.PNG", "b.jpg", kAnyBytes, "no_ending"}));
  EXPECT_EQ(files.photos[0].size, 5U);
  EXPECT_TRUE(files.skipped.empty());
}

TEST(PhotoFiles, WhatSystemsKeepBesidePhotosIsNotMentioned) {
  const TemporaryFolder folder;
  for (const char* const name : {"._a.jpg", ".ipynb_checkpoints/a.jpg", "@eaDir/a.jpg/THUMB.jpg", "__MACOSX/a.jpg", "Thumbs.db",
                                 "desktop.ini", "lost+found/a.jpg", "a.jpg"}) {
    write_text(folder.path(name), "");
  }
  const PhotoFiles files = find_photos(folder.path());
  EXPECT_EQ(names(files), std::vector<std::string>{"a.jpg"});
  EXPECT_TRUE(files.skipped.empty());
  EXPECT_EQ(subfolders(folder.path()), std::vector<std::string>{});
}

TEST(PhotoFiles, FilmsAndArchivesAndPipesAreSkippedWithTheReason) {
  const TemporaryFolder folder;
  for (const char* const name : {"a.jpg", "film.MOV", "photos.zip", "labels.csv"}) write_text(folder.path(name), "");
#ifdef __EMSCRIPTEN__
  GTEST_SKIP() << "Emscripten makes a file where a pipe is asked for";
#endif
  ASSERT_EQ(mkfifo(folder.path("pipe.jpg").c_str(), 0600), 0);
  fs::create_symlink("nowhere.jpg", folder.path("broken.jpg"));
  const PhotoFiles files = find_photos(folder.path());
  EXPECT_EQ(names(files), std::vector<std::string>{"a.jpg"});
  const std::map<std::string, std::string> why = reasons(files);
  EXPECT_EQ(why.size(), 5U);
  EXPECT_NE(why.at("film.MOV").find(".MOV"), std::string::npos);
  EXPECT_NE(why.at("photos.zip").find(".zip"), std::string::npos);
  EXPECT_NE(why.at("pipe.jpg").find("neither a file nor a folder"), std::string::npos);
  EXPECT_NE(why.at("broken.jpg").find("a link to a file that is not there"), std::string::npos);
}

TEST(PhotoFiles, LinksToFoldersAreFollowedAndCirclesNoticed) {
  const TemporaryFolder folder;
  write_text(folder.path("elsewhere/cat/a.jpg"), "");
  write_text(folder.path("photos/b.jpg"), "");
  fs::create_directory_symlink(folder.path("elsewhere/cat"), folder.path("photos/cat"));
  fs::create_directory_symlink(folder.path("photos"), folder.path("photos/again"));
#ifdef __EMSCRIPTEN__
  std::error_code error;
  (void)fs::directory_iterator(folder.path("photos/cat"), error);
  if (error) GTEST_SKIP() << "this Emscripten does not list what lies behind a link";
#endif
  const PhotoFiles files = find_photos(folder.path("photos"));
  EXPECT_EQ(names(files), (std::vector<std::string>{"b.jpg", "cat/a.jpg"}));
  ASSERT_EQ(files.skipped.size(), 1U);
  EXPECT_NE(files.skipped[0].why.find("a link to a folder that it lies in"), std::string::npos);
  EXPECT_EQ(subfolders(folder.path("photos")), (std::vector<std::string>{"again", "cat"}));
}

TEST(PhotoFiles, AFolderThatMayNotBeReadIsSkippedUnlessItIsTheOneAskedFor) {
  const TemporaryFolder folder;
  testing::expect_error([&] { (void)find_photos(folder.path("none")); }, {"none", "expected a folder of photos"});
  if (::geteuid() == 0) GTEST_SKIP() << "everything may be read here";
  write_text(folder.path("photos/a.jpg"), "");
  write_text(folder.path("photos/secret/b.jpg"), "");
  fs::permissions(folder.path("photos/secret"), fs::perms::none);
  const PhotoFiles files = find_photos(folder.path("photos"));
  EXPECT_EQ(names(files), std::vector<std::string>{"a.jpg"});
  EXPECT_EQ(files.skipped.size(), 1U);
  testing::expect_error([&] { (void)find_photos(folder.path("photos/secret")); }, {"secret", "can be read"});
  fs::permissions(folder.path("photos/secret"), fs::perms::owner_all);
}

TEST(PhotoList, TakesValidationPhotosWhereThereAreAny) {
  const TemporaryFolder folder;
  write_text(folder.path("train/cat/a.jpg"), "");
  EXPECT_EQ(list_photos(folder.path()).names, std::vector<std::string>{"train/cat/a.jpg"});
  write_text(folder.path("test/cat/b.jpg"), "");
  const PhotoList test = list_photos(folder.path());
  EXPECT_EQ(test.names, std::vector<std::string>{"cat/b.jpg"});
  EXPECT_EQ(test.dataset().samples[0].path, folder.path("test/cat/b.jpg"));
  write_text(folder.path("val/cat/c.jpg"), "");
  EXPECT_EQ(list_photos(folder.path()).names, std::vector<std::string>{"cat/c.jpg"});
}

TEST(WithoutPath, TakesOffWhatTheMessageBeginsWith) {
  EXPECT_EQ(without_path("a.jpg: expected an image", "a.jpg"), "expected an image");
  EXPECT_EQ(without_path("expected an image", "a.jpg"), "expected an image");
}

}  // namespace
}  // namespace zf
