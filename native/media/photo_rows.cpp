#include "native/media/photo_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace zf {

namespace {

constexpr int kFull = 65536;
/// A photo of 12 or 14 bits in 16 looks black; one that is merely dark reaches further.
constexpr int kSmallPart = kFull / 4;

template <typename Value>
void convert(const Value* in, int width, int channels, PhotoRows::Order order, std::uint8_t* out) {
  constexpr int kShift = 8 * (static_cast<int>(sizeof(Value)) - 1);
  const bool coloured = channels >= 3;
  const bool alpha = channels % 2 == 0;
  const int red = order == PhotoRows::Order::kBgr && coloured ? 2 : 0;
  for (int x = 0; x < width; ++x, in += channels, out += 3) {
    for (int c = 0; c < 3; ++c) {
      const int value = in[coloured ? std::abs(red - c) : 0] >> kShift;
      out[c] = alpha ? laid_on_grey(value, in[channels - 1] >> kShift) : static_cast<std::uint8_t>(value);
    }
  }
}

}  // namespace

std::string ends_early_note(double missing) {
  return fmt::format("the file ends early: about {:.0f} % of the picture is missing and shown grey", std::max(100 * missing, 1.0));
}

PhotoRows::PhotoRows(int width, int height)
    : image_{width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3, kMidGrey)} {}

void PhotoRows::put(int y, const std::uint8_t* row, int channels, Order order) {
  convert(row, image_.width, channels, order, image_.row(y));
}

void PhotoRows::put(int y, const std::uint16_t* row, int channels, Order order) {
  convert(row, image_.width, channels, order, image_.row(y));
  const int colours = channels - (channels % 2 == 0 ? 1 : 0);
  for (int x = 0; x < image_.width; ++x, row += channels) {
    const auto [least, greatest] = std::minmax_element(row, row + colours);
    least_ = std::min<int>(least_, *least);
    greatest_ = std::max<int>(greatest_, *greatest);
  }
}

DecodedImage PhotoRows::take() {
  DecodedImage photo(std::move(image_));
  if (greatest_ > least_ && greatest_ - least_ < kSmallPart) {
    photo.notes.push_back(
        fmt::format("its 16-bit values go from {} to {} only, of 0 to {}: what it shows is hard to see", least_, greatest_, kFull - 1));
  }
  return photo;
}

}  // namespace zf
