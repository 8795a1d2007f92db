#include "core/io/file_kind.h"

#include "tests/io/testing.h"

namespace zf {
namespace {

using namespace std::string_literals;
using testing::bytes_of;

std::string words_of(const std::string& start) { return std::string(file_kind(bytes_of(start)).words); }

/// An ISO base media file whose first box names these brands.
std::string brands(const std::string& major, const std::string& others = "") {
  return "\0\0\0"s + static_cast<char>(16 + others.size()) + "ftyp" + major + "\0\0\0\0"s + others + "\0\0\0\x08mdat"s;
}

/// A TIFF directory of entries of 12 bytes, in the order of Intel.
std::string tiff(const std::vector<std::string>& entries) {
  std::string file = "II\x2A\0\x08\0\0\0"s + static_cast<char>(entries.size()) + '\0';
  for (const std::string& entry : entries) file += entry;
  return file + "\0\0\0\0NIKON CORPORATION\0"s;
}

const std::string kThumbnail = "\xFE\0\x04\0\x01\0\0\0\x01\0\0\0"s;     // NewSubfileType 1
const std::string kSubfolders = "\x4A\x01\x04\0\x01\0\0\0\x40\0\0\0"s;  // SubIFDs

TEST(FileKind, PhotosAreKnownByTheirFirstBytes) {
  const auto format_of = [](const std::string& start) { return file_kind(bytes_of(start)).format; };
  EXPECT_EQ(format_of("\xFF\xD8\xFF\xE0"), PhotoFormat::kJpeg);
  EXPECT_EQ(format_of("\x89PNG\r\n\x1A\n"), PhotoFormat::kPng);
  EXPECT_EQ(format_of("RIFF....WEBPVP8 "), PhotoFormat::kWebp);
  EXPECT_EQ(format_of("GIF89a"), PhotoFormat::kGif);
  EXPECT_EQ(format_of(brands("heic", "mif1heic")), PhotoFormat::kHeif);
  EXPECT_EQ(words_of(brands("mif1", "mif1heic")), "a HEIC file");
  EXPECT_EQ(words_of(brands("mif1", "miafavif")), "an AVIF file");
  EXPECT_EQ(format_of(tiff({})), PhotoFormat::kTiff);
  EXPECT_EQ(format_of("MM\0\x2A\0\0\0\x08"s), PhotoFormat::kTiff);
  EXPECT_EQ(format_of("BM" + std::string(12, '\0') + "\x28\0\0\0"s), PhotoFormat::kBmp);
  EXPECT_EQ(format_of("P6\n1 1 255\n"), PhotoFormat::kNetpbm);
  EXPECT_EQ(format_of("\0\0\0\x0CjP  \r\n\x87\n"s), PhotoFormat::kJpeg2000);
}

TEST(FileKind, OthersAreCalledByTheirNames) {
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"", "an empty file"},
      {"%PDF-1.7", "a PDF"},
      {"\n<!DOCTYPE html><title>", "an HTML page"},
      {"<HTML>404 Not Found</HTML>", "an HTML page"},
      {"<html><svg></svg>", "an HTML page"},
      {"<?xml version='1.0'?><svg xmlns='...'>", "an SVG drawing"},
      {"<?xml version='1.0'?><x/>", "an XML file"},
      {"PK\x03\x04....", "a zip archive"},
      {"\x1F\x8B\x08", "a gzip archive"},
      {std::string(257, 'a') + "ustar", "a tar archive"},
      {brands("isom", "avc1"), "a film (MP4)"},
      {brands("qt  "), "a film (QuickTime)"},
      {"RIFF....AVI LIST", "a film (AVI)"},
      {"\x1A\x45\xDF\xA3", "a film (Matroska or WebM)"},
      {brands("crx "), "a RAW file of a camera (CR3)"},
      {"II\x2A\0\x10\0\0\0CR\x02\0"s, "a RAW file of a camera (CR2)"},
      {tiff({"\x12\xC6\x01\0\x04\0\0\0\x01\x04\0\0"s}), "a RAW file of a camera (DNG)"},
      {tiff({kThumbnail, "\x0F\x01\x02\0\x12\0\0\0\x32\0\0\0"s, kSubfolders}), "a RAW file of a camera (NEF)"},
      {tiff({kThumbnail, kSubfolders}), "a RAW file of a camera"},
      {tiff({kSubfolders}), "a TIFF"},
      {"8BPS\0\x01"s, "a Photoshop file"},
      {"\0\5\x16\7\0\2\0\0"s, "what a Mac keeps beside a photo (AppleDouble)"},
      {"hello, this is text", "a text file"},
      {"BMW, a car of Bavaria", "a text file"},
      {"P1ease", "a text file"},
      {"\xC3\x85ngstr\xC3\xB6m\n", "a text file"},
      {std::string(5000, '\0'), "nothing but zeros"},
      {"\x01\x02\x03\x04", "bytes of no kind that is known"},
  };
  for (const auto& [start, words] : expected) {
    const FileKind kind = file_kind(bytes_of(start));
    EXPECT_EQ(kind.words, words) << start.substr(0, 20);
    EXPECT_TRUE(kind.format == PhotoFormat::kNone || words == "a TIFF") << words;
  }
}

TEST(FileKind, ACutBeginningIsNoMoreThanItIs) {
  const std::string whole = tiff({kThumbnail, kSubfolders});
  for (std::size_t size = 1; size < whole.size(); ++size) EXPECT_FALSE(words_of(whole.substr(0, size)).empty());
  EXPECT_EQ(words_of("RIFF"), "a text file");
  EXPECT_EQ(words_of("\0\0\0\xFF"
                     "ftypmif1"s),
            "a HEIC file");
}

}  // namespace
}  // namespace zf
