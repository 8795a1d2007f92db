#include <webp/decode.h>
#include <webp/demux.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "core/tensor/error.h"
#include "native/media/codecs.h"

namespace zf {

namespace {

/// Both give RGBA; null where the file is cut or broken.
struct Decoded {
  std::unique_ptr<std::uint8_t, decltype(&WebPFree)> still{nullptr, &WebPFree};
  std::unique_ptr<WebPAnimDecoder, decltype(&WebPAnimDecoderDelete)> film{nullptr, &WebPAnimDecoderDelete};
  const std::uint8_t* rgba = nullptr;
};

Decoded decode_first(const std::uint8_t* bytes, std::size_t size, bool animated) {
  Decoded decoded;
  if (!animated) {
    int width = 0;
    int height = 0;
    decoded.still.reset(WebPDecodeRGBA(bytes, size, &width, &height));
    decoded.rgba = decoded.still.get();
    return decoded;
  }
  const WebPData data{bytes, size};
  decoded.film.reset(WebPAnimDecoderNew(&data, nullptr));  // without options: RGBA
  std::uint8_t* canvas = nullptr;
  int milliseconds = 0;
  if (decoded.film != nullptr && WebPAnimDecoderGetNext(decoded.film.get(), &canvas, &milliseconds) != 0) decoded.rgba = canvas;
  return decoded;
}

}  // namespace

DecodedImage decode_webp(const EncodedPhoto& photo) {
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(photo.bytes.data());
  WebPBitstreamFeatures features{};
  if (WebPGetFeatures(bytes, photo.bytes.size(), &features) != VP8_STATUS_OK) {
    fail("{}: expected a WebP, found one that is cut short or damaged", photo.name);
  }
  check_photo_size(features.width, features.height, photo.limits, photo.name);
  const Decoded decoded = decode_first(bytes, photo.bytes.size(), features.has_animation != 0);
  if (decoded.rgba == nullptr) fail("{}: expected a WebP, found one that is cut short or damaged", photo.name);
  const std::size_t pixels = static_cast<std::size_t>(features.width) * static_cast<std::size_t>(features.height);
  return image_from_rgba(features.width, features.height, {decoded.rgba, 4 * pixels});
}

}  // namespace zf
