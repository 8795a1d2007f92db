#include <libheif/heif.h>

#include <cstdint>
#include <memory>

#include "core/tensor/error.h"
#include "native/media/codecs.h"
#include "native/media/photo_rows.h"

namespace zf {

namespace {

void check(const heif_error& error, const EncodedPhoto& photo) {
  if (error.code != heif_error_Ok)
    fail("{}: expected a HEIC or AVIF file, found one that cannot be decoded ({})", photo.name, error.message);
}

}  // namespace

DecodedImage decode_heif(const EncodedPhoto& photo) {
  const std::unique_ptr<heif_context, decltype(&heif_context_free)> context(heif_context_alloc(), &heif_context_free);
  check(heif_context_read_from_memory_without_copy(context.get(), photo.bytes.data(), photo.bytes.size(), nullptr), photo);
  heif_image_handle* first = nullptr;
  check(heif_context_get_primary_image_handle(context.get(), &first), photo);
  const std::unique_ptr<heif_image_handle, decltype(&heif_image_handle_release)> handle(first, &heif_image_handle_release);
  check_photo_size(heif_image_handle_get_width(first), heif_image_handle_get_height(first), photo.limits, photo.name);

  const int channels = heif_image_handle_has_alpha_channel(first) != 0 ? 4 : 3;
  const heif_chroma chroma = channels == 4 ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB;
  heif_image* pixels = nullptr;
  check(heif_decode_image(first, &pixels, heif_colorspace_RGB, chroma, nullptr), photo);
  const std::unique_ptr<heif_image, decltype(&heif_image_release)> owned(pixels, &heif_image_release);
  const int width = heif_image_get_width(pixels, heif_channel_interleaved);
  const int height = heif_image_get_height(pixels, heif_channel_interleaved);
  check_photo_size(width, height, photo.limits, photo.name);
  int stride = 0;
  const std::uint8_t* const data = heif_image_get_plane_readonly(pixels, heif_channel_interleaved, &stride);
  PhotoRows rows(width, height);
  for (int y = 0; y < height; ++y) rows.put(y, data + static_cast<std::ptrdiff_t>(y) * stride, channels);
  return rows.take();
}

}  // namespace zf
