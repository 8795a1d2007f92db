#include "core/io/preprocess.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "core/io/resample.h"
#include "tests/io/testing.h"

namespace zf {
namespace {

using testing::expect_error;

Image gradient(int width, int height) {
  Image image = make_image(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      image.row(y)[3 * x] = static_cast<std::uint8_t>(x * 255 / width);
      image.row(y)[3 * x + 1] = static_cast<std::uint8_t>(y * 255 / height);
      image.row(y)[3 * x + 2] = static_cast<std::uint8_t>((x * 31 + y * 17) % 256);
    }
  }
  return image;
}

TEST(Preprocess, MeanAndStdApplyToScaledValuesInOrder) {
  Preprocess p;
  p.resize = 1;
  p.crop = {1, 1};
  p.scale = 0.5F;
  p.mean = {1, 2, 3};
  p.std = {1, 2, 4};
  const Image pixel{1, 1, {10, 20, 30}};
  const Tensor rgb = preprocess_image(p, pixel);
  EXPECT_EQ(rgb.shape(), (Shape{1, 3, 1, 1}));
  EXPECT_FLOAT_EQ(rgb.at(0, 0, 0, 0), 4);
  EXPECT_FLOAT_EQ(rgb.at(0, 1, 0, 0), 4);
  EXPECT_FLOAT_EQ(rgb.at(0, 2, 0, 0), 3);
  p.order = "bgr";
  const Tensor bgr = preprocess_image(p, pixel);
  EXPECT_FLOAT_EQ(bgr.at(0, 0, 0, 0), 14);
  EXPECT_FLOAT_EQ(bgr.at(0, 2, 0, 0), 0.5F);
}

TEST(Preprocess, ViewEqualsResizeThenCrop) {
  Preprocess p;
  p.resize = 64;
  p.crop = {56, 56};
  for (const auto& [w, h] : {Size{100, 75}, Size{75, 100}, Size{40, 64}, Size{64, 64}, Size{91, 64}}) {
    const Image image = gradient(w, h);
    const Image resized = resize_shorter_side(image, 64);
    const Image expected = crop(resized, (resized.width - 56) / 2, (resized.height - 56) / 2, 56, 56);
    const Image found = centre_view(p, image);
    ASSERT_EQ(found.rgb.size(), expected.rgb.size());
    for (std::size_t i = 0; i < found.rgb.size(); ++i) ASSERT_LE(std::abs(int{found.rgb[i]} - int{expected.rgb[i]}), 1) << w << "x" << h;
  }
}

TEST(Preprocess, GreyIsTheLuminanceInOneChannel) {
  Preprocess p;
  p.resize = 1;
  p.crop = {1, 1};
  p.order = "grey";
  p.mean = {100};
  p.std = {2, 1, 1};
  const Tensor grey = preprocess_image(p, {1, 1, {200, 100, 50}});
  ASSERT_EQ(grey.shape(), (Shape{1, 1, 1, 1}));
  EXPECT_NEAR(grey.at(0, 0, 0, 0), (0.299 * 200 + 0.587 * 100 + 0.114 * 50 - 100) / 2, 1e-4);
  EXPECT_EQ(to_image(p, grey.values(), {1, 1}), (Image{1, 1, {124, 124, 124}}));
}

TEST(Preprocess, AnOblongInputIsCoveredAndCroppedInItsMiddle) {
  Preprocess p;
  p.resize = 40;
  p.crop = {20, 60};
  EXPECT_EQ(p.covered(), (Size{40, 120}));
  EXPECT_EQ(p.resampled({100, 300}), (Size{40, 120}));
  EXPECT_EQ(p.resampled({100, 100}), (Size{120, 120}));  // as wide as needed, and higher than that
  EXPECT_EQ(p.resampled({50, 400}), (Size{40, 320}));
  EXPECT_EQ(p.longest_side(), 120);
  for (const Size& photo : {Size{100, 300}, Size{100, 100}, Size{50, 400}}) {
    const Image image = gradient(photo.w, photo.h);
    const Size size = p.resampled(photo);
    const Image expected = crop(resize(image, size.w, size.h), (size.w - 60) / 2, (size.h - 20) / 2, 60, 20);
    const Image found = centre_view(p, image);
    ASSERT_EQ(found.rgb.size(), expected.rgb.size());
    for (std::size_t i = 0; i < found.rgb.size(); ++i) ASSERT_LE(std::abs(int{found.rgb[i]} - int{expected.rgb[i]}), 2) << photo.w;
  }
  EXPECT_EQ(preprocess_image(p, gradient(90, 70)).shape(), (Shape{1, 3, 20, 60}));
  EXPECT_EQ(preprocess_whole(p, gradient(100, 100)).shape(), (Shape{1, 3, 120, 120}));
}

TEST(Preprocess, InverseGivesTheViewBack) {
  Preprocess p;
  p.resize = 32;
  p.crop = {24, 24};
  p.order = "bgr";
  p.scale = 1.0F / 255;
  p.mean = {0.485F, 0.456F, 0.406F};
  p.std = {0.229F, 0.224F, 0.225F};
  const Image image = gradient(50, 40);
  const Tensor pixels = preprocess_image(p, image);
  EXPECT_EQ(to_image(p, pixels.values(), pixels.shape().map()), centre_view(p, image));
}

TEST(Preprocess, InverseCutsOffWhatNoPhotoHolds) {
  const Preprocess p;
  const std::vector<float> values = {-5, 300, std::numeric_limits<float>::quiet_NaN()};
  EXPECT_EQ(to_image(p, values, {1, 1}), (Image{1, 1, {0, 255, 0}}));
}

TEST(Preprocess, WrongSizesAreErrors) {
  const Preprocess p;
  std::vector<float> item(3 * 224 * 224);
  expect_error([&] { write_pixels(p, gradient(10, 224), item); }, {"expected 224x224", "10x224"});
  expect_error([&] { write_pixels(p, gradient(224, 224), std::span(item).first(7)); }, {"room for", "found 7"});
  expect_error([&] { (void)to_image(p, item, {2, 2}); }, {"expected 12"});
}

TEST(Preprocess, CheckNamesWhatMakesNoSense) {
  const auto refuse = [](auto change, std::string_view part) {
    Preprocess p;
    change(p);
    expect_error([&] { check(p, "m.safetensors"); }, {"m.safetensors", part});
  };
  refuse([](Preprocess& p) { p.crop = {0, 0}; }, "crop 0");
  refuse([](Preprocess& p) { p.resize = 100; }, "crop <= resize");
  refuse([](Preprocess& p) { p.resize = 1 << 20; }, "resize");
  refuse([](Preprocess& p) { p.order = "gbr"; }, "\"gbr\"");
  refuse([](Preprocess& p) { p.scale = 0; }, "scale above 0");
  refuse([](Preprocess& p) { p.std[1] = 0; }, "std above 0");
  refuse([](Preprocess& p) { p.mean[2] = std::numeric_limits<float>::infinity(); }, "finite mean");
  EXPECT_NO_THROW(check(Preprocess{}, "m"));
}

}  // namespace
}  // namespace zf
