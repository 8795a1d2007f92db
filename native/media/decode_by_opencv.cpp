#include <cstdlib>
#include <iostream>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <streambuf>

#include "core/io/byte_reader.h"
#include "core/io/file_kind.h"
#include "core/io/orientation.h"
#include "core/tensor/error.h"
#include "native/media/codecs.h"
#include "native/media/photo_rows.h"

namespace zf {

namespace {

/// Whether the rows of an uncompressed BMP lie inside the file; OpenCV fills what is missing with grey and says nothing.
bool has_bmp_rows(const Bytes& bytes) {
  constexpr std::size_t kHeader = 54;
  constexpr std::uint32_t kUncompressed = 0;
  if (bytes.size() < kHeader) return false;
  if (bytes.little32(30) != kUncompressed) return true;
  const auto side = [&](std::size_t at) { return std::abs(std::int64_t{static_cast<std::int32_t>(bytes.little32(at))}); };
  const std::int64_t row = (side(18) * bytes.little16(28) + 31) / 32 * 4;
  const std::int64_t rest = static_cast<std::int64_t>(bytes.size()) - bytes.little32(10);
  return rest >= 0 && (side(22) == 0 || row <= rest / side(22));
}

/// OpenCV says on std::cerr, to nobody in particular, why it could not decode a file. While a thread is deaf, what it writes there is
/// dropped.
class DeafStream : public std::streambuf {
 public:
  DeafStream() : ear_(std::cerr.rdbuf(this)) {}
  DeafStream(const DeafStream&) = delete;
  DeafStream& operator=(const DeafStream&) = delete;
  ~DeafStream() override { std::cerr.rdbuf(ear_); }

  static bool& deaf() {
    thread_local bool deaf = false;
    return deaf;
  }

 protected:
  int_type overflow(int_type c) override { return deaf() ? traits_type::not_eof(c) : ear_->sputc(traits_type::to_char_type(c)); }
  std::streamsize xsputn(const char* text, std::streamsize size) override { return deaf() ? size : ear_->sputn(text, size); }
  int sync() override { return ear_->pubsync(); }

 private:
  std::streambuf* ear_;
};

struct Deafness {
  Deafness() {
    static DeafStream stream;
    DeafStream::deaf() = true;
  }
  Deafness(const Deafness&) = delete;
  Deafness& operator=(const Deafness&) = delete;
  ~Deafness() { DeafStream::deaf() = false; }
};

cv::Mat decode_mat(std::span<const std::byte> bytes, int flags) {
  const Deafness while_decoding;
  const cv::Mat encoded(1, static_cast<int>(bytes.size()), CV_8UC1, const_cast<std::byte*>(bytes.data()));
  return cv::imdecode(encoded, flags);
}

/// Eight or sixteen bits deep; with alpha, which only IMREAD_UNCHANGED keeps, in four channels.
cv::Mat decode_mat(std::span<const std::byte> bytes, bool alpha) {
  if (alpha) {
    cv::Mat mat = decode_mat(bytes, cv::IMREAD_UNCHANGED);
    if (mat.channels() == 4 && (mat.depth() == CV_8U || mat.depth() == CV_16U)) return mat;
  }
  return decode_mat(bytes, cv::IMREAD_COLOR | cv::IMREAD_ANYDEPTH | cv::IMREAD_IGNORE_ORIENTATION);
}

DecodedImage copy(const cv::Mat& mat, const std::string& name) {
  PhotoRows rows(mat.cols, mat.rows);
  for (int y = 0; y < mat.rows; ++y) {
    if (mat.depth() == CV_8U) {
      rows.put(y, mat.ptr<std::uint8_t>(y), mat.channels(), PhotoRows::Order::kBgr);
    } else if (mat.depth() == CV_16U) {
      rows.put(y, mat.ptr<std::uint16_t>(y), mat.channels(), PhotoRows::Order::kBgr);
    } else {
      fail("{}: expected an image of 8 or 16 bits a value, found another depth", name);
    }
  }
  return rows.take();
}

}  // namespace

DecodedImage decode_by_opencv(const EncodedPhoto& photo) {
  static const bool silent = [] {
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    return true;
  }();
  (void)silent;
  const FileKind kind = file_kind(photo.bytes);
  const std::optional<ImageHeader> header = read_image_header(photo.bytes);
  if (!header) fail("{}: expected {}, found one whose header is cut short or damaged", photo.name, kind.words);
  check_photo_size(header->width, header->height, photo.limits, photo.name);
  if (kind.format == PhotoFormat::kBmp && !has_bmp_rows(Bytes(photo.bytes))) {
    fail("{}: expected a whole BMP, found one that is cut short", photo.name);
  }
  std::span<const std::byte> bytes = photo.bytes;
  std::vector<std::byte> tiff;  // OpenCV turns TIFF by itself, and not as the others
  if (kind.format == PhotoFormat::kTiff) {
    tiff = without_orientation(bytes);
    bytes = tiff;
  }
  try {
    const cv::Mat mat = decode_mat(bytes, header->alpha);
    if (mat.empty()) fail("{}: expected {} of 8 or 16 bits a value, found one that cannot be decoded", photo.name, kind.words);
    check_photo_size(mat.cols, mat.rows, photo.limits, photo.name);
    return copy(mat, photo.name);
  } catch (const cv::Exception& error) {
    fail("{}: expected {}, found one that cannot be decoded ({})", photo.name, kind.words, error.err);
  }
}

}  // namespace zf
