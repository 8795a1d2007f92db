#include <gif_lib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

#include "core/tensor/error.h"
#include "native/media/codecs.h"
#include "native/media/photo_rows.h"

namespace zf {

namespace {

/// What is left of a file's bytes.
struct Rest {
  std::span<const std::byte> bytes;
};

int take(GifFileType* gif, GifByteType* out, int size) {
  auto& rest = static_cast<Rest*>(gif->UserData)->bytes;
  const std::size_t count = std::min(rest.size(), static_cast<std::size_t>(size));
  std::memcpy(out, rest.data(), count);
  rest = rest.subspan(count);
  return static_cast<int>(count);
}

struct CloseGif {
  void operator()(GifFileType* gif) const { DGifCloseFile(gif, nullptr); }
};

/// Reads on to the first frame's pixels; gives its transparent colour. Nothing where there is no frame.
std::optional<int> find_frame(GifFileType* gif) {
  int transparent = NO_TRANSPARENT_COLOR;
  for (;;) {
    GifRecordType record = UNDEFINED_RECORD_TYPE;
    if (DGifGetRecordType(gif, &record) == GIF_ERROR || record == TERMINATE_RECORD_TYPE) return {};
    if (record == IMAGE_DESC_RECORD_TYPE) {
      if (DGifGetImageDesc(gif) == GIF_ERROR) return {};
      return transparent;
    }
    if (record != EXTENSION_RECORD_TYPE) continue;
    int code = 0;
    GifByteType* block = nullptr;  // its first byte is its length
    for (int status = DGifGetExtension(gif, &code, &block); block != nullptr || status == GIF_ERROR;
         status = DGifGetExtensionNext(gif, &block)) {
      if (status == GIF_ERROR) return {};
      GraphicsControlBlock control{};
      if (code == GRAPHICS_EXT_FUNC_CODE && DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK)
        transparent = control.TransparentColor;
    }
  }
}

/// Rows of an interlaced frame in the order in which they come: every eighth, those between, and so on.
std::vector<int> row_order(int height, bool interlaced) {
  constexpr std::array<std::array<int, 2>, 4> kPasses = {{{0, 8}, {4, 8}, {2, 4}, {1, 2}}};  // first row and step
  std::vector<int> order;
  if (!interlaced) {
    for (int y = 0; y < height; ++y) order.push_back(y);
    return order;
  }
  for (const auto& [first, step] : kPasses) {
    for (int y = first; y < height; y += step) order.push_back(y);
  }
  return order;
}

}  // namespace

DecodedImage decode_gif(const EncodedPhoto& photo) {
  Rest rest{photo.bytes};
  int error = 0;
  const std::unique_ptr<GifFileType, CloseGif> gif(DGifOpen(&rest, take, &error));
  const auto transparent = gif == nullptr ? std::nullopt : find_frame(gif.get());
  if (!transparent) fail("{}: expected a GIF, found one that is cut short or damaged before its picture begins", photo.name);
  const GifImageDesc& frame = gif->Image;
  const int width = std::max(gif->SWidth, frame.Left + frame.Width);
  const int height = std::max(gif->SHeight, frame.Top + frame.Height);
  check_photo_size(width, height, photo.limits, photo.name);
  check_photo_size(frame.Width, frame.Height, photo.limits, photo.name);
  const ColorMapObject* const colours = frame.ColorMap != nullptr ? frame.ColorMap : gif->SColorMap;
  if (colours == nullptr) fail("{}: expected a GIF with a table of colours, found none", photo.name);

  PhotoRows rows(width, height);
  std::vector<std::uint8_t> indices(static_cast<std::size_t>(frame.Width));
  std::vector<std::uint8_t> rgba(4 * static_cast<std::size_t>(width));
  int done = 0;
  for (const int y : row_order(frame.Height, frame.Interlace)) {
    if (DGifGetLine(gif.get(), indices.data(), frame.Width) == GIF_ERROR) break;
    std::uint8_t* out = rgba.data() + 4 * static_cast<std::size_t>(frame.Left);
    for (const std::uint8_t index : indices) {
      const bool shown = index != *transparent && index < colours->ColorCount;
      const GifColorType colour = shown ? colours->Colors[index] : GifColorType{};
      const std::array<std::uint8_t, 4> pixel = {colour.Red, colour.Green, colour.Blue, static_cast<std::uint8_t>(shown ? 255 : 0)};
      out = std::copy(pixel.begin(), pixel.end(), out);
    }
    rows.put(frame.Top + y, rgba.data(), 4);
    ++done;
  }
  if (done == 0) fail("{}: expected a GIF, found one that is cut short or damaged before its picture begins", photo.name);
  DecodedImage decoded = rows.take();
  if (done < frame.Height) {
    const double share = 1 - static_cast<double>(done) / frame.Height;
    decoded.notes.push_back(rest.bytes.empty() ? ends_early_note(share) : kDamagedNote);
  }
  return decoded;
}

}  // namespace zf
