#include "core/io/file_kind.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "core/io/image_parts.h"

namespace zf {

namespace {

using namespace std::string_view_literals;

struct Signature {
  std::size_t at;
  std::string_view bytes;
  FileKind kind;
};

constexpr FileKind other(std::string_view words) { return {PhotoFormat::kNone, words}; }

/// In this order: what is longer first where one begins as another does.
constexpr std::array kSignatures = std::to_array<Signature>({
    {0, "\xFF\xD8\xFF"sv, {PhotoFormat::kJpeg, "a JPEG"}},
    {0, "\x89PNG\r\n\x1A\n"sv, {PhotoFormat::kPng, "a PNG"}},
    {8, "WEBP"sv, {PhotoFormat::kWebp, "a WebP"}},
    {0, "GIF87a"sv, {PhotoFormat::kGif, "a GIF"}},
    {0, "GIF89a"sv, {PhotoFormat::kGif, "a GIF"}},
    {0, "\0\0\0\x0CjP  \r\n\x87\n"sv, {PhotoFormat::kJpeg2000, "a JPEG 2000"}},
    {0, "\xFF\x4F\xFF\x51"sv, {PhotoFormat::kJpeg2000, "a JPEG 2000"}},
    {0, "\xFF\x0A"sv, other("a JPEG XL")},
    {0, "\0\0\0\x0CJXL \r\n\x87\n"sv, other("a JPEG XL")},
    {0, "II\x2B\0"sv, other("a BigTIFF")},
    {0, "MM\0\x2B"sv, other("a BigTIFF")},
    {0, "IIRO"sv, other("a RAW file of a camera (ORF)")},
    {0, "IIRS"sv, other("a RAW file of a camera (ORF)")},
    {0, "MMOR"sv, other("a RAW file of a camera (ORF)")},
    {0, "IIU\0"sv, other("a RAW file of a camera (RW2)")},
    {0, "FUJIFILMCCD-RAW"sv, other("a RAW file of a camera (RAF)")},
    {6, "HEAPCCDR"sv, other("a RAW file of a camera (CRW)")},
    {0, "\0MRM"sv, other("a RAW file of a camera (MRW)")},
    {0, "FOVb"sv, other("a RAW file of a camera (X3F)")},
    {0, "8BPS"sv, other("a Photoshop file")},
    {0, "gimp xcf"sv, other("a GIMP file")},
    {0, "\0\0\1\0"sv, other("an icon (ICO)")},
    {0, "icns"sv, other("an icon (ICNS)")},
    {0, "\x76\x2F\x31\x01"sv, other("an OpenEXR")},
    {0, "#?RADIANCE"sv, other("a Radiance HDR")},
    {0, "DDS "sv, other("a texture (DDS)")},
    {0, "qoif"sv, other("a QOI")},
    {128, "DICM"sv, other("a DICOM")},
    {0, "%PDF"sv, other("a PDF")},
    {0, "%!PS"sv, other("a PostScript file")},
    {0, "PK\x03\x04"sv, other("a zip archive")},
    {0, "PK\x05\x06"sv, other("a zip archive")},
    {0, "Rar!\x1A\x07"sv, other("a RAR archive")},
    {0, "7z\xBC\xAF\x27\x1C"sv, other("a 7-Zip archive")},
    {0, "\x1F\x8B"sv, other("a gzip archive")},
    {0, "BZh"sv, other("a bzip2 archive")},
    {0, "\xFD\x37zXZ"sv, other("an xz archive")},
    {0, "\x28\xB5\x2F\xFD"sv, other("a Zstandard archive")},
    {257, "ustar"sv, other("a tar archive")},
    {8, "AVI "sv, other("a film (AVI)")},
    {8, "WAVE"sv, other("a sound (WAV)")},
    {0, "\x1A\x45\xDF\xA3"sv, other("a film (Matroska or WebM)")},
    {4, "moov"sv, other("a film (QuickTime)")},
    {4, "mdat"sv, other("a film (QuickTime)")},
    {0, "\0\0\1\xBA"sv, other("a film (MPEG)")},
    {0, "\0\0\1\xB3"sv, other("a film (MPEG)")},
    {0, "FLV\1"sv, other("a film (FLV)")},
    {0, "\x30\x26\xB2\x75\x8E\x66\xCF\x11"sv, other("a film (WMV)")},
    {0, "OggS"sv, other("a sound or film (Ogg)")},
    {0, "ID3"sv, other("a sound (MP3)")},
    {0, "fLaC"sv, other("a sound (FLAC)")},
    {0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, other("an Office file of old or Windows' Thumbs.db")},
    {0, "\0\5\x16\7"sv, other("what a Mac keeps beside a photo (AppleDouble)")},
    {0, "\x93NUMPY"sv, other("a NumPy array")},
    {0, "\x89HDF\r\n\x1A\n"sv, other("an HDF5 file")},
    {0, "SQLite format 3"sv, other("an SQLite database")},
    {0,
     "\x7F"
     "ELF"sv,
     other("a program")},
    {0, "version https://git-lfs"sv, other("a pointer of Git LFS, which did not fetch the file itself")},
});

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

/// ISO 14496-12: the brand of a file, then those that it is compatible with.
FileKind base_media_kind(const Bytes& file) {
  constexpr std::size_t kMost = 256;
  const std::string_view major = file.text(8, 4);
  const std::string_view brands = file.text(8, std::min<std::size_t>(std::max(file.big32(0), 16U) - 8, kMost));
  const auto has = [&](std::string_view brand) {
    for (std::size_t at = 0; at + 4 <= brands.size(); at += 4) {
      if (brands.substr(at, 4) == brand) return true;
    }
    return false;
  };
  if (major == "crx ") return other("a RAW file of a camera (CR3)");
  if (has("avif") || has("avis")) return {PhotoFormat::kHeif, "an AVIF file"};
  for (const char* const brand : {"heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"}) {
    if (has(brand)) return {PhotoFormat::kHeif, "a HEIC file"};
  }
  if (major == "qt  ") return other("a film (QuickTime)");
  if (major == "M4A ") return other("a sound (M4A)");
  return other("a film (MP4)");
}

/// Cameras' RAW files are TIFF whose first directory is a thumbnail.
FileKind tiff_kind(const Bytes& file) {
  enum Tag : std::uint32_t { kNewSubfileType = 254, kMake = 271, kSubdirectories = 330, kDngVersion = 50706 };
  if (file.has(8, "CR")) return other("a RAW file of a camera (CR2)");
  const TiffDirectory directory(file);
  if (directory.find(kDngVersion)) return other("a RAW file of a camera (DNG)");
  if (directory.find(kSubdirectories) && (directory.value(kNewSubfileType) & 1U) != 0) {
    const std::string_view make = directory.text(kMake);
    if (make.starts_with("NIKON")) return other("a RAW file of a camera (NEF)");
    if (make.starts_with("SONY")) return other("a RAW file of a camera (ARW)");
    return other("a RAW file of a camera");
  }
  return {PhotoFormat::kTiff, "a TIFF"};
}

/// Whether a "BM" is followed by the size of a header that there is.
bool is_bmp(const Bytes& file) {
  constexpr std::array<std::uint32_t, 7> kHeaders = {12, 40, 52, 56, 64, 108, 124};
  if (!file.has(0, "BM")) return false;
  return file.size() < 18 || std::find(kHeaders.begin(), kHeaders.end(), file.little32(14)) != kHeaders.end();
}

bool is_netpbm(const Bytes& file) {
  return file.has(0, "P") && file.u8(1) >= '1' && file.u8(1) <= '6' && "\t\n\v\f\r #"sv.find(file.text(2, 1)) != std::string_view::npos;
}

/// Without control characters, but not necessarily in UTF-8.
bool is_text(std::string_view start) {
  return std::all_of(start.begin(), start.end(), [](char c) {
    const auto value = static_cast<unsigned char>(c);
    return value >= 0x20 ? value != 0x7F : value >= '\t' && value <= '\r';
  });
}

FileKind text_kind(std::string_view start) {
  const std::string text = lower_case(start);
  const auto has = [&](std::string_view part) { return text.find(part) != std::string::npos; };
  if (has("<!doctype html") || has("<html")) return other("an HTML page");
  if (has("<svg")) return other("an SVG drawing");
  if (has("<?xml")) return other("an XML file");
  return other("a text file");
}

}  // namespace

FileKind file_kind(std::span<const std::byte> data) {
  constexpr std::size_t kStart = 1024;
  const Bytes file(data);
  if (file.size() == 0) return other("an empty file");
  for (const Signature& signature : kSignatures) {
    if (file.has(signature.at, signature.bytes) && (signature.at != 8 || file.has(0, "RIFF"))) return signature.kind;
  }
  if (file.has(4, "ftyp")) return base_media_kind(file);
  if (TiffDirectory(file).is_tiff()) return tiff_kind(file);
  if (is_bmp(file)) return {PhotoFormat::kBmp, "a BMP"};
  if (is_netpbm(file)) return {PhotoFormat::kNetpbm, "a Netpbm picture"};
  const std::string_view start = file.text(0, kStart);
  if (start.find_first_not_of('\0') == std::string_view::npos) return other("nothing but zeros");
  if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF")) return other("a text file");
  return is_text(start) ? text_kind(start) : other("bytes of no kind that is known");
}

}  // namespace zf
