#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace zf {

/// The kinds of files that photos are read from.
enum class PhotoFormat { kNone, kJpeg, kPng, kWebp, kGif, kHeif, kTiff, kBmp, kNetpbm, kJpeg2000 };

struct FileKind {
  PhotoFormat format = PhotoFormat::kNone;
  std::string_view words;  ///< with an article: "a JPEG", "a PDF", "a RAW file of a camera (NEF)", "a text file"
};

/// What a file is, by its first bytes and never by its name.
[[nodiscard]] FileKind file_kind(std::span<const std::byte> file);

}  // namespace zf
