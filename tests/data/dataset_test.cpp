#include "core/data/dataset.h"

#include <gtest/gtest.h>

#include "tests/expect_error.h"
#include "tests/train/synthetic.h"

namespace zf {
namespace {

using test::TemporaryFolder;
using test::write_text;

TEST(Dataset, LabelsCountFoldersByName) {
  const TemporaryFolder folder;
  write_text(folder.path("train/zebra/b.jpg"), "");
  write_text(folder.path("train/zebra/a.jpg"), "");
  write_text(folder.path("train/ape/c.jpg"), "");
  write_text(folder.path("train/ape/.hidden"), "");
  write_text(folder.path("train/readme.txt"), "");
  const Dataset dataset = list_dataset(folder.path(), Split::kTrain);
  EXPECT_EQ(dataset.classes, (std::vector<std::string>{"ape", "zebra"}));
  ASSERT_EQ(dataset.samples.size(), 3U);
  EXPECT_EQ(dataset.samples[0].path, folder.path("train/ape/c.jpg"));
  EXPECT_EQ(dataset.samples[1].path, folder.path("train/zebra/a.jpg"));
  EXPECT_EQ(dataset.samples[1].label, 1);
}

// Checkpoints keep it, so that it must not change: FNV-1a of "apec.jpgzebraa.jpg", computed apart from the code.
TEST(Dataset, FingerprintIsOfClassesAndNamesWhereverTheFolderLies) {
  const Dataset dataset{{"ape", "zebra"}, {{"/here/train/ape/c.jpg", 0}, {"/there/train/zebra/a.jpg", 1}}};
  EXPECT_EQ(fingerprint(dataset), "2 photos, f1220499872aeca3");
}

TEST(Dataset, MatchesTheModelsClassesAndNamesThoseItDoesNotKnow) {
  const TemporaryFolder folder;
  write_text(folder.path("test/zebra/a.jpg"), "");
  const std::vector<std::string> classes = {"yak", "zebra", "ape"};
  EXPECT_EQ(list_dataset(folder.path(), Split::kValidation, classes).samples[0].label, 1);
  EXPECT_EQ(list_dataset(folder.path(), Split::kValidation, std::vector<std::string>{"yak", "Zebra"}).samples[0].label, 1);
  write_text(folder.path("test/gnu/a.jpg"), "");
  write_text(folder.path("test/emu/a.jpg"), "");
  EXPECT_NE(testing::error_of([&] { static_cast<void>(list_dataset(folder.path(), Split::kValidation, classes)); }).find("emu, gnu"),
            std::string::npos);
}

TEST(Dataset, AFolderWithoutPhotosIsNoClassAndPhotosMayLieDeeper) {
  const TemporaryFolder folder;
  write_text(folder.path("train/ape/2023/a.jpg"), "");
  write_text(folder.path("train/ape/b.jpg"), "");
  write_text(folder.path("train/ape/film.mp4"), "");
  write_text(folder.path("train/nothing/readme.txt"), "");
  write_text(folder.path("train/__MACOSX/c.jpg"), "");
  const Dataset dataset = list_dataset(folder.path(), Split::kTrain);
  EXPECT_EQ(dataset.classes, std::vector<std::string>{"ape"});
  ASSERT_EQ(dataset.samples.size(), 2U);
  EXPECT_EQ(dataset.samples[0].path, folder.path("train/ape/2023/a.jpg"));
  ASSERT_EQ(dataset.skipped.size(), 3U);
  EXPECT_EQ(dataset.skipped[0].path, folder.path("train/ape/film.mp4"));
  EXPECT_EQ(dataset.skipped[1].path, folder.path("train/nothing/readme.txt"));
  EXPECT_EQ(dataset.skipped[2].path, folder.path("train/nothing"));
}

TEST(Dataset, ValComesBeforeTest) {
  const TemporaryFolder folder;
  write_text(folder.path("test/ape/a.jpg"), "");
  write_text(folder.path("val/ape/b.jpg"), "");
  EXPECT_EQ(list_dataset(folder.path(), Split::kValidation).samples[0].path, folder.path("val/ape/b.jpg"));
}

TEST(Dataset, MissingAndEmptyFoldersAreErrorsThatNameThem) {
  const TemporaryFolder folder;
  const auto list = [](const std::string& path, Split split) {
    return testing::error_of([&] { static_cast<void>(list_dataset(path, split)); });
  };
  EXPECT_NE(list(folder.path("none"), Split::kTrain).find("none: expected a folder"), std::string::npos);
  EXPECT_NE(list(folder.path(), Split::kTrain).find("expected a folder train"), std::string::npos);
  EXPECT_NE(list(folder.path(), Split::kValidation).find("expected a folder val or test"), std::string::npos);
  write_text(folder.path("train/readme.txt"), "");
  EXPECT_NE(list(folder.path(), Split::kTrain).find("expected one folder of photos a class"), std::string::npos);
  write_text(folder.path("train/ape/.hidden"), "");
  EXPECT_NE(list(folder.path(), Split::kTrain).find("expected one folder of photos a class"), std::string::npos);
}

}  // namespace
}  // namespace zf
