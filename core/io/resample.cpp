#include "core/io/resample.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <vector>

#include "core/tensor/error.h"

namespace zf {

namespace {

constexpr std::size_t kChannels = 3;

/// The source elements and weights of every output element along one axis.
struct Taps {
  std::size_t count = 0;           ///< a window's; narrower ones end in weights of 0
  std::vector<std::size_t> first;  ///< of the window, one an output
  std::vector<float> weight;       ///< outputs x count, each row sums to 1
};

/// `out` elements over [begin, begin + length) of `in`. Windows stay inside the source, so that every tap may be read.
Taps make_taps(int in, double begin, double length, int out) {
  const double scale = length / out;
  const double support = std::max(scale, 1.0);
  Taps taps;
  taps.count = std::min(static_cast<std::size_t>(std::ceil(2 * support)), static_cast<std::size_t>(in));
  taps.first.resize(static_cast<std::size_t>(out));
  taps.weight.assign(static_cast<std::size_t>(out) * taps.count, 0.0F);
  const auto last_start = static_cast<double>(static_cast<std::size_t>(in) - taps.count);
  for (std::size_t o = 0; o < taps.first.size(); ++o) {
    const double centre = begin + (static_cast<double>(o) + 0.5) * scale;
    const double start = std::clamp(std::floor(centre - support + 0.5), 0.0, last_start);
    float* const weight = taps.weight.data() + o * taps.count;
    double sum = 0;
    for (std::size_t t = 0; t < taps.count; ++t) {
      const double distance = std::abs(start + static_cast<double>(t) + 0.5 - centre) / support;
      weight[t] = static_cast<float>(std::max(0.0, 1.0 - distance));
      sum += weight[t];
    }
    for (std::size_t t = 0; t < taps.count; ++t) weight[t] = static_cast<float>(weight[t] / sum);
    taps.first[o] = static_cast<std::size_t>(start);
  }
  return taps;
}

/// sums[i] = sum over t of weight[t] * rows[t * stride + i], for i below n. Blocks of a fixed size, so that compilers keep
/// them in vector registers.
void blend_rows(const std::uint8_t* rows, std::size_t stride, const float* weight, std::size_t taps, std::size_t n, float* sums) {
  constexpr std::size_t kBlock = 16;
  std::size_t i = 0;
  for (; i + kBlock <= n; i += kBlock) {
    std::array<float, kBlock> sum{};
    for (std::size_t t = 0; t < taps; ++t) {
      const std::uint8_t* const p = rows + t * stride + i;
      for (std::size_t j = 0; j < kBlock; ++j) sum[j] += weight[t] * static_cast<float>(p[j]);
    }
    std::copy(sum.begin(), sum.end(), sums + i);
  }
  for (; i < n; ++i) {
    float sum = 0;
    for (std::size_t t = 0; t < taps; ++t) sum += weight[t] * static_cast<float>(rows[t * stride + i]);
    sums[i] = sum;
  }
}

/// One output row from a row of interleaved RGB sums, of which one more float may be read: a pixel is a vector of four
/// lanes, the last of which is its neighbour's red and is dropped.
void blend_columns(const float* sums, const Taps& taps, std::uint8_t* out) {
  constexpr std::size_t kLanes = 4;
  const float* weight = taps.weight.data();
  for (std::size_t o = 0; o < taps.first.size(); ++o, weight += taps.count) {
    const float* const p = sums + taps.first[o] * kChannels;
    std::array<float, kLanes> sum{};
    for (std::size_t t = 0; t < taps.count; ++t) {
      for (std::size_t j = 0; j < kLanes; ++j) sum[j] += weight[t] * p[t * kChannels + j];
    }
    for (std::size_t c = 0; c < kChannels; ++c)
      out[o * kChannels + c] = static_cast<std::uint8_t>(static_cast<int>(std::min(sum[c] + 0.5F, 255.0F)));
  }
}

bool is_whole(float value) { return std::floor(value) == value; }

}  // namespace

Image resize(const Image& image, int width, int height) {
  return resize(image, {0, 0, static_cast<float>(image.width), static_cast<float>(image.height)}, width, height);
}

Image resize(const Image& image, const Box& box, int width, int height) {
  const bool inside = box.x >= 0 && box.y >= 0 && box.width > 0 && box.height > 0 && box.x + box.width <= static_cast<float>(image.width) &&
                      box.y + box.height <= static_cast<float>(image.height);
  if (!inside) {
    fail("resize: expected a box inside {}x{} pixels, found {}x{} at {}, {}", image.width, image.height, box.width, box.height, box.x,
         box.y);
  }
  if (box.width == static_cast<float>(width) && box.height == static_cast<float>(height) && is_whole(box.x) && is_whole(box.y)) {
    return crop(image, static_cast<int>(box.x), static_cast<int>(box.y), width, height);
  }
  Image result = make_image(width, height);
  const Taps columns = make_taps(image.width, box.x, box.width, width);
  const Taps rows = make_taps(image.height, box.y, box.height, height);

  // Only the columns that some output reads are blended.
  const std::size_t first = columns.first.front() * kChannels;
  const std::size_t end = (columns.first.back() + columns.count) * kChannels;
  const std::size_t stride = static_cast<std::size_t>(image.width) * kChannels;
  std::vector<float> sums(stride + 1);
  for (int y = 0; y < height; ++y) {
    const auto row = static_cast<std::size_t>(y);
    blend_rows(image.rgb.data() + rows.first[row] * stride + first, stride, rows.weight.data() + row * rows.count, rows.count, end - first,
               sums.data() + first);
    blend_columns(sums.data(), columns, result.row(y));
  }
  return result;
}

Size shorter_side_size(const Image& image, int side) { return shorter_side_size(Size{image.height, image.width}, side); }

Size shorter_side_size(Size image, int side) {
  if (image.w < 1 || image.h < 1) fail("resize: expected an image of at least 1x1 pixels, found {}x{}", image.w, image.h);
  if (side < 1) fail("resize: expected a side of at least 1 pixel, found {}", side);
  const auto longer = [side](int a, int b) { return static_cast<int>(std::min<std::int64_t>(std::int64_t{side} * a / b, kMaxPixels)); };
  if (image.w < image.h) return {longer(image.h, image.w), side};
  return {side, longer(image.w, image.h)};
}

Image resize_shorter_side(const Image& image, int side) {
  const Size size = shorter_side_size(image, side);
  return resize(image, size.w, size.h);
}

Image crop(const Image& image, int x, int y, int width, int height) {
  if (x < 0 || y < 0 || width < 1 || height < 1 || x > image.width - width || y > image.height - height) {
    fail("crop: expected a rectangle inside {}x{} pixels, found {}x{} at {}, {}", image.width, image.height, width, height, x, y);
  }
  Image result = make_image(width, height);
  const std::size_t bytes = static_cast<std::size_t>(width) * kChannels;
  for (int row = 0; row < height; ++row) {
    std::memcpy(result.row(row), image.row(y + row) + static_cast<std::ptrdiff_t>(x) * static_cast<std::ptrdiff_t>(kChannels), bytes);
  }
  return result;
}

Image padded_crop(const Image& image, const PixelRect& rect) {
  Image result = make_image(rect.w, rect.h);
  std::fill(result.rgb.begin(), result.rgb.end(), kMidGrey);
  const PixelRect inside = clip(rect, {image.height, image.width});
  for (int y = inside.y; y < inside.y + inside.h; ++y) {
    std::copy_n(image.row(y) + 3 * static_cast<std::ptrdiff_t>(inside.x), 3 * static_cast<std::ptrdiff_t>(inside.w),
                result.row(y - rect.y) + 3 * static_cast<std::ptrdiff_t>(inside.x - rect.x));
  }
  return result;
}

void flip(Image& image) {
  using Pixel = std::array<std::uint8_t, kChannels>;
  for (int y = 0; y < image.height; ++y) {
    std::uint8_t* left = image.row(y);
    std::uint8_t* right = left + static_cast<std::ptrdiff_t>(image.width - 1) * static_cast<std::ptrdiff_t>(kChannels);
    for (; left < right; left += kChannels, right -= kChannels) {
      Pixel a;
      Pixel b;
      std::memcpy(a.data(), left, kChannels);
      std::memcpy(b.data(), right, kChannels);
      std::memcpy(left, b.data(), kChannels);
      std::memcpy(right, a.data(), kChannels);
    }
  }
}

}  // namespace zf
