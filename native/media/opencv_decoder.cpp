#include "native/media/opencv_decoder.h"

#include <algorithm>
#include <limits>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>

#include "core/io/atomic_file.h"
#include "core/tensor/error.h"
#include "native/media/pixels.h"
#include "native/media/whole_file.h"

namespace zf {

namespace {

/// IMREAD_COLOR gives 8-bit BGR, upright, without alpha; only IMREAD_UNCHANGED keeps alpha.
cv::Mat decode_mat(std::span<const std::byte> bytes, bool alpha) {
  const cv::Mat encoded(1, static_cast<int>(bytes.size()), CV_8UC1, const_cast<std::byte*>(bytes.data()));
  if (alpha) {
    cv::Mat mat = cv::imdecode(encoded, cv::IMREAD_UNCHANGED);
    if (mat.channels() == 4 && (mat.depth() == CV_8U || mat.depth() == CV_16U)) return mat;
  }
  return cv::imdecode(encoded, cv::IMREAD_COLOR);
}

}  // namespace

OpenCvDecoder::OpenCvDecoder() { cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT); }

Image OpenCvDecoder::decode(std::span<const std::byte> bytes, const std::string& name) const {
  if (bytes.empty()) fail("{}: expected an image, found an empty file", name);
  constexpr auto kMaxBytes = static_cast<std::size_t>(std::numeric_limits<int>::max());
  if (bytes.size() > kMaxBytes) fail("{}: expected an image below 2 GiB, found {} bytes", name, bytes.size());
  const std::optional<ImageHeader> header = read_image_header(bytes);
  if (header) check_image_size(header->width, header->height, name);
  check_whole(bytes, name);
  std::vector<std::byte> png;
  if (is_png(bytes)) {
    png = essential_png(bytes, name);
    bytes = png;
  }
  try {
    const cv::Mat mat = decode_mat(bytes, header && header->alpha);
    if (mat.empty()) fail("{}: expected an image, found bytes that cannot be decoded", name);
    check_image_size(mat.cols, mat.rows, name);
    return mat.depth() == CV_16U ? copy_pixels<std::uint16_t>(mat) : copy_pixels<std::uint8_t>(mat);
  } catch (const cv::Exception& error) {
    fail("{}: expected an image, found one that cannot be decoded ({})", name, error.err);
  } catch (const std::bad_alloc&) {
    fail("{}: expected an image that fits in memory", name);
  }
}

Image load_image(const std::filesystem::path& path) { return OpenCvDecoder().decode(read_file(path), path.string()); }

}  // namespace zf
