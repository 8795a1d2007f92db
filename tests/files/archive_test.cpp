#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "core/data/dataset.h"
#include "core/data/photo_list.h"
#include "core/io/atomic_file.h"
#include "native/files/open_archive.h"
#include "tests/expect_error.h"
#include "tests/io/testing.h"

namespace zf::testing {
namespace {

namespace fs = std::filesystem;

struct File {
  std::string name;
  std::string content;
};

/// Files with bytes that pack well and such that do not, more of them than a tar file's block.
std::vector<File> files(const std::string& prefix = "") {
  std::string noise;
  for (int i = 0; i < 70000; ++i) noise.push_back(static_cast<char>((i * i + i / 7) % 251));
  return {{prefix + "train/cat/2.jpg", std::string(5000, 'c')},
          {prefix + "train/cat/10.jpg", noise},
          {prefix + "train/dog/deeper/1.png", ""},
          {prefix + "train/dog/" + std::string(180, 'l') + ".jpg", "long"},
          {prefix + "val/cat/\xC5\xBC\xC3\xB3\xC5\x82w.jpg", "turtle"},
          {prefix + "val/dog/3.jpg", "dog"},
          {prefix + "val/dog/notes.txt", "no photo"},
          {prefix + "val/.DS_Store", "hidden"},
          {prefix + "__MACOSX/val/cat/._4.jpg", "hidden"}};
}

/// Writes files by libarchive, which knows many formats: the other side of what is read by libzip, or at places in the file.
void write_archive(const fs::path& path, int (*format)(archive*), const std::vector<File>& files, int (*filter)(archive*) = nullptr,
                   const char* options = nullptr) {
  archive* const out = archive_write_new();
  ASSERT_EQ(format(out), ARCHIVE_OK) << archive_error_string(out);
  if (filter != nullptr) {
    ASSERT_EQ(filter(out), ARCHIVE_OK);
  }
  ASSERT_EQ(archive_write_set_options(out, options), ARCHIVE_OK) << archive_error_string(out);
  ASSERT_EQ(archive_write_open_filename(out, path.c_str()), ARCHIVE_OK);
  for (const File& file : files) {
    archive_entry* const entry = archive_entry_new();
    archive_entry_set_pathname(entry, file.name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(file.content.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    ASSERT_GE(archive_write_header(out, entry), ARCHIVE_WARN) << archive_error_string(out);
    ASSERT_EQ(archive_write_data(out, file.content.data(), file.content.size()), static_cast<la_ssize_t>(file.content.size()));
    archive_entry_free(entry);
  }
  ASSERT_EQ(archive_write_close(out), ARCHIVE_OK);
  archive_write_free(out);
}

class ArchiveTest : public TemporaryFolder {
 protected:
  ArchiveTest() { open_archives_by(open_archive); }

  std::vector<fs::path> archives(const std::vector<File>& content) const {
    write_archive(path("photos.zip"), archive_write_set_format_zip, content);
    write_archive(path("pax.tar"), archive_write_set_format_pax, content);
    write_archive(path("gnu.tar"), archive_write_set_format_gnutar, content);
    return {path("photos.zip"), path("pax.tar"), path("gnu.tar")};
  }
  fs::path unpacked(const std::vector<File>& content) const {
    for (const File& file : content) {
      make_folder((path("folder") / file.name).parent_path());
      write_file(path("folder") / file.name, file.content);
    }
    return path("folder");
  }
};

std::string text(const std::vector<std::byte>& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

TEST_F(ArchiveTest, FilesAreReadByTheirPaths) {
  for (const fs::path& archive : archives(files())) {
    SCOPED_TRACE(archive.string());
    for (const File& file : files()) EXPECT_EQ(text(read_file(archive / file.name)), file.content) << file.name;
    expect_error([&] { (void)read_file(archive / "val/dog/4.jpg"); }, {(archive / "val/dog/4.jpg").string(), "expected a file"});
    expect_error([&] { (void)read_file(archive / "train/cat/10.jpg", 69999); }, {"at most 69999 bytes", "70000"});
  }
}

TEST_F(ArchiveTest, IsWhatTheFolderWouldBe) {
  const fs::path folder = unpacked(files());
  const PhotoList photos = list_photos(folder.string());
  const Dataset training = list_dataset(folder.string(), Split::kTrain);
  for (const std::string top : {"", "data/"}) {
    for (const fs::path& archive : archives(files(top))) {
      SCOPED_TRACE(archive.string() + ", " + top);
      const PhotoList found = list_photos(archive.string());
      EXPECT_EQ(found.folder, (archive / top / "val").lexically_normal().string());
      EXPECT_EQ(found.names, photos.names);
      EXPECT_EQ(found.fingerprint, photos.fingerprint);
      ASSERT_EQ(found.skipped.size(), photos.skipped.size());
      EXPECT_EQ(found.skipped[0].why, photos.skipped[0].why);
      const Dataset data = list_dataset(archive.string(), Split::kTrain);
      EXPECT_EQ(data.classes, training.classes);
      ASSERT_EQ(data.samples.size(), training.samples.size());
      for (std::size_t i = 0; i < data.samples.size(); ++i) {
        EXPECT_EQ(data.samples[i].label, training.samples[i].label);
        EXPECT_EQ(read_file(data.samples[i].path), read_file(training.samples[i].path)) << data.samples[i].path;
      }
      EXPECT_EQ(list_photos((archive / top / "train/cat").string()).names, (std::vector<std::string>{"10.jpg", "2.jpg"}));
      expect_error([&] { (void)list_photos((archive / "nothing").string()); }, {"nothing", "expected a folder"});
    }
  }
}

TEST_F(ArchiveTest, NamesLeadNowhereElse) {
  for (const fs::path& archive : archives({{"../../up.jpg", "a"}, {"/root.jpg", "b"}, {"./here.jpg", "c"}, {"in/../out.jpg", "d"}})) {
    EXPECT_EQ(list_photos(archive.string()).names, (std::vector<std::string>{"here.jpg", "root.jpg"})) << archive;
  }
}

TEST_F(ArchiveTest, OfOneNameTheLastCounts) {
  for (const fs::path& archive : archives({{"1.jpg", "old"}, {"2.jpg", "other"}, {"1.jpg", "new one"}})) {
    if (archive.extension() == ".zip") continue;  // libarchive does not write such a one
    EXPECT_EQ(text(read_file(archive / "1.jpg")), "new one");
    EXPECT_EQ(list_photos(archive.string()).names.size(), 2U);
  }
}

TEST_F(ArchiveTest, ManyThreadsRead) {
  for (const fs::path& archive : archives(files())) {
    std::vector<std::thread> threads;
    std::vector<int> right(4);
    for (std::size_t k = 0; k < right.size(); ++k) {
      threads.emplace_back([&, k] {
        for (const File& file : files()) right[k] += text(read_file(archive / file.name)) == file.content ? 1 : 0;
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(right, std::vector<int>(4, static_cast<int>(files().size())));
  }
}

TEST_F(ArchiveTest, ANewFileOfTheNameIsReadAnew) {
  write_archive(path("photos.zip"), archive_write_set_format_zip, {{"1.jpg", "one"}});
  EXPECT_EQ(text(read_file(path("photos.zip/1.jpg"))), "one");
  write_archive(path("photos.zip"), archive_write_set_format_zip, {{"1.jpg", "something longer"}});
  EXPECT_EQ(text(read_file(path("photos.zip/1.jpg"))), "something longer");
}

TEST_F(ArchiveTest, WhatIsNoneIsCalledByItsName) {
  const auto refused = [&](const char* name, std::initializer_list<std::string_view> parts) {
    expect_error([&] { (void)list_photos((path(name)).string()); }, parts);
  };
  write_archive(path("photos.tar.gz"), archive_write_set_format_pax, files(), archive_write_add_filter_gzip);
  refused("photos.tar.gz", {"photos.tar.gz", "a zip or a tar file", "found a gzip archive", "unpacked"});
  write_file(path("text.zip"), "just text, whatever its name says");
  refused("text.zip", {"text.zip", "as its name says", "found a text file"});
  write_file(path("empty.tar"), "");
  refused("empty.tar", {"empty.tar", "expected a zip or a tar file"});

  const std::vector<fs::path> whole = archives(files());
  fs::resize_file(path("photos.zip"), fs::file_size(path("photos.zip")) - 40);
  refused("photos.zip", {"photos.zip", "expected a whole zip file"});
  fs::resize_file(path("pax.tar"), 40000);
  refused("pax.tar", {"pax.tar", "expected a whole tar file"});
}

TEST_F(ArchiveTest, DamageIsNoticed) {
  write_archive(path("photos.zip"), archive_write_set_format_zip, files(), nullptr, "zip:compression=store");
  {
    std::fstream file(path("photos.zip"), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(1000);
    file.put('x');
  }
  expect_error([&] { (void)read_file(path("photos.zip/train/cat/2.jpg")); }, {"2.jpg", "damaged in the archive", "CRC"});
  EXPECT_EQ(text(read_file(path("photos.zip/val/dog/3.jpg"))), "dog");
}

}  // namespace
}  // namespace zf::testing
