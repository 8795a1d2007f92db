#include "native/media/opencv_decoder.h"

#include <limits>
#include <new>
#include <utility>

#include "core/io/atomic_file.h"
#include "core/io/file_kind.h"
#include "core/io/orientation.h"
#include "core/tensor/error.h"
#include "native/media/codecs.h"

namespace zf {

namespace {

DecodedImage decode_as_stored(PhotoFormat format, const EncodedPhoto& photo) {
  switch (format) {
    case PhotoFormat::kJpeg:
      return decode_jpeg(photo);
    case PhotoFormat::kPng:
      return decode_png(photo);
    case PhotoFormat::kWebp:
      return decode_webp(photo);
    case PhotoFormat::kGif:
      return decode_gif(photo);
    case PhotoFormat::kHeif:
      return decode_heif(photo);
    case PhotoFormat::kTiff:
    case PhotoFormat::kBmp:
    case PhotoFormat::kNetpbm:
    case PhotoFormat::kJpeg2000:
      return decode_by_opencv(photo);
    case PhotoFormat::kNone:
      break;
  }
  fail("{}: expected an image, found {}", photo.name, file_kind(photo.bytes).words);
}

}  // namespace

DecodedImage OpenCvDecoder::decode(std::span<const std::byte> bytes, const std::string& name) const {
  constexpr auto kMaxBytes = static_cast<std::size_t>(std::numeric_limits<int>::max());
  if (bytes.size() > kMaxBytes) fail("{}: expected an image below 2 GiB, found {} bytes", name, bytes.size());
  try {
    DecodedImage photo = decode_as_stored(file_kind(bytes).format, {bytes, name, limits_});
    photo.image = upright(std::move(photo.image), read_orientation(bytes));
    return photo;
  } catch (const std::bad_alloc&) {
    fail("{}: expected an image that fits in memory", name);
  }
}

Image load_image(const std::filesystem::path& path) { return OpenCvDecoder().decode(read_file(path), path.string()).image; }

}  // namespace zf
