#include "core/train/augment.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/io/resample.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

/// A random part of the photo, about as wide for its height as the crop; where ten tries do not fit, the largest centre part that is.
Box random_box(const Image& photo, Size crop, Random& random) {
  constexpr int kTries = 10;
  constexpr double kAspect = 4.0 / 3.0;
  const double width = photo.width;
  const double height = photo.height;
  for (int i = 0; i < kTries; ++i) {
    const double area = width * height * random.uniform(kSmallestCrop, 1.0);
    const double aspect = std::exp(random.uniform(-std::log(kAspect), std::log(kAspect))) * crop.w / crop.h;
    const double w = std::round(std::sqrt(area * aspect));
    const double h = std::round(std::sqrt(area / aspect));
    if (w < 1 || h < 1 || w > width || h > height) continue;
    const double x = std::floor(random.uniform() * (width - w + 1));
    const double y = std::floor(random.uniform() * (height - h + 1));
    return {static_cast<float>(x), static_cast<float>(y), static_cast<float>(w), static_cast<float>(h)};
  }
  const int w = std::min(photo.width, static_cast<int>(std::int64_t{photo.height} * crop.w / crop.h));
  const int h = std::min(photo.height, static_cast<int>(std::int64_t{photo.width} * crop.h / crop.w));
  const int x = (photo.width - w) / 2;
  const int y = (photo.height - h) / 2;
  return {static_cast<float>(x), static_cast<float>(y), static_cast<float>(std::max(w, 1)), static_cast<float>(std::max(h, 1))};
}

float grey(const float* rgb) { return 0.299F * rgb[0] + 0.587F * rgb[1] + 0.114F * rgb[2]; }

std::array<float, 3> pixel(const std::uint8_t* rgb, float scale) {
  return {static_cast<float>(rgb[0]) * scale, static_cast<float>(rgb[1]) * scale, static_cast<float>(rgb[2]) * scale};
}

/// Scales brightness, then contrast about the mean grey, then saturation about each pixel's grey.
void jitter_colours(Image& view, float jitter, Random& random) {
  const auto factor = [&] { return static_cast<float>(random.uniform(1.0 - jitter, 1.0 + jitter)); };
  const float brightness = factor();
  const float contrast = factor();
  const float saturation = factor();
  double sum = 0;
  for (std::size_t i = 0; i < view.rgb.size(); i += 3) sum += grey(pixel(view.rgb.data() + i, brightness).data());
  const float mean = static_cast<float>(3.0 * sum / static_cast<double>(view.rgb.size()));
  for (std::size_t i = 0; i < view.rgb.size(); i += 3) {
    std::array<float, 3> p = pixel(view.rgb.data() + i, brightness);
    for (float& v : p) v = mean + (v - mean) * contrast;
    const float g = grey(p.data());
    for (std::size_t c = 0; c < 3; ++c) {
      view.rgb[i + c] = static_cast<std::uint8_t>(std::clamp(g + (p[c] - g) * saturation + 0.5F, 0.0F, 255.0F));
    }
  }
}

}  // namespace

Image ten_crop_view(const Preprocess& preprocess, const Image& photo, int which) {
  if (which < 0 || which >= kTenCrops) fail("ten_crop_view: expected a crop from 0 to 9, found {}", which);
  Preprocess whole = preprocess;
  whole.crop = preprocess.covered();
  const Image covered = centre_view(whole, photo);
  const Size slack{whole.crop.h - preprocess.crop.h, whole.crop.w - preprocess.crop.w};
  const int place = which % 5;
  const int y = place == 4 ? slack.h / 2 : (place / 2) * slack.h;
  const int x = place == 4 ? slack.w / 2 : (place % 2) * slack.w;
  Image view = crop(covered, x, y, preprocess.crop.w, preprocess.crop.h);
  if (which >= 5) flip(view);
  return view;
}

Image training_view(const Preprocess& preprocess, const Image& photo, Crops crops, float jitter, Random& random) {
  Image view;
  if (crops == Crops::kPaper) {
    view = ten_crop_view(preprocess, photo, static_cast<int>(random.below(kTenCrops)));
  } else {
    view = resize(photo, random_box(photo, preprocess.crop, random), preprocess.crop.w, preprocess.crop.h);
    if (random.below(2) == 1) flip(view);
  }
  if (jitter > 0) jitter_colours(view, jitter, random);
  return view;
}

}  // namespace zf
