// Pictures as others read them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <opencv2/imgcodecs.hpp>
#include <string>
#include <utility>

#include "core/figures/colormap.h"
#include "core/figures/planes.h"
#include "core/report/page.h"
#include "core/report/png.h"
#include "markup.h"
#include "small_story.h"

namespace zf {
namespace {

/// BGR, as OpenCV keeps it.
cv::Mat decode(const std::vector<unsigned char>& bytes) { return cv::imdecode(bytes, cv::IMREAD_COLOR); }

std::vector<unsigned char> bytes_of(const Png& png) {
  const auto* first = reinterpret_cast<const unsigned char*>(png.bytes.data());
  return {first, first + png.bytes.size()};
}

Colour at(const cv::Mat& image, int x, int y) {
  const auto& bgr = image.at<cv::Vec3b>(y, x);
  return {bgr[2], bgr[1], bgr[0]};
}

struct Pictures : ::testing::Test {
  Pictures() : story(world.teller.tell("a.png", test::noise_photo(50, 44, 20))), artwork(illustrate(story)) {}
  test::SmallWorld world{{.units = 6}};
  Story story;
  Artwork artwork;
};

TEST_F(Pictures, EveryPictureOfThePageDecodes) {
  Page page;
  page.add(story, artwork);
  const test::Markup markup = test::parse_markup(page.html());
  int pictures = 0;
  for (const test::Tag& tag : markup.tags) {
    const auto found = tag.attributes.find(tag.name == "image" ? "href" : "src");
    if (found == tag.attributes.end()) continue;
    const cv::Mat image = decode(test::png_of(found->second));
    ASSERT_FALSE(image.empty());
    EXPECT_EQ(std::to_string(image.cols), tag.attributes.at("width"));
    EXPECT_EQ(std::to_string(image.rows), tag.attributes.at("height"));
    ++pictures;
  }
  EXPECT_EQ(pictures, 1 + 7 + 2 * 6 * 2 + 2);
}

TEST_F(Pictures, ThePhotoIsWhatTheNetworkSees) {
  const cv::Mat photo = decode(bytes_of(artwork.photo));
  ASSERT_EQ(photo.cols, story.view.width);
  for (int y = 0; y < story.view.height; ++y) {
    for (int x = 0; x < story.view.width; ++x) {
      const std::uint8_t* rgb = story.view.row(y) + 3 * x;
      ASSERT_EQ(at(photo, x, y), (Colour{rgb[0], rgb[1], rgb[2]}));
    }
  }
}

TEST_F(Pictures, GridsShowEveryMapInTheColoursOfItsRange) {
  const LayerStory& layer = story.layers[1];  // pool1: no frames
  const GridArt& art = artwork.layers[1].grid;
  const cv::Mat grid = decode(bytes_of(art.png));
  const Shape& shape = layer.maps.shape();
  const int rows = (shape.c + art.columns - 1) / art.columns;
  constexpr int kGap = 4;
  const int cell = (grid.cols - kGap) / art.columns;
  ASSERT_EQ(grid.rows, kGap + rows * cell);
  const int factor = (cell - kGap) / shape.w;
  ASSERT_GE(factor, 1);
  for (int c = 0; c < shape.c; ++c) {
    for (int y = 0; y < shape.h; ++y) {
      for (int x = 0; x < shape.w; ++x) {
        const float t = std::clamp(position(layer.maps.at(0, c, y, x), {art.low, art.high}), 0.0F, 1.0F);
        const Colour expected = colour_at(Colormap::kHeat, std::round(t * 250) / 250);
        const int px = kGap + c % art.columns * cell + x * factor;
        const int py = kGap + c / art.columns * cell + y * factor;
        ASSERT_EQ(at(grid, px, py), expected);
        ASSERT_EQ(at(grid, px + factor - 1, py + factor - 1), expected);
      }
    }
  }
}

TEST_F(Pictures, PatchesAreThePhotoUnderTheFieldAndGreyBeyond) {
  const LayerStory& layer = story.layers[3];
  for (std::size_t i = 0; i < layer.units.size(); ++i) {
    const PixelRect& field = layer.units[i].field;
    const cv::Mat patch = decode(bytes_of(artwork.layers[3].units[i].patch));
    ASSERT_EQ(patch.cols, field.w);
    ASSERT_EQ(patch.rows, field.h);
    for (int y = 0; y < field.h; ++y) {
      for (int x = 0; x < field.w; ++x) {
        const bool inside = field.y + y >= 0 && field.y + y < 40 && field.x + x >= 0 && field.x + x < 40;
        const std::uint8_t* rgb = inside ? story.view.row(field.y + y) + 3 * (field.x + x) : nullptr;
        ASSERT_EQ(at(patch, x, y), (inside ? Colour{rgb[0], rgb[1], rgb[2]} : Colour{128, 128, 128}));
      }
    }
  }
}

TEST_F(Pictures, ProjectionsAreGreyWhereNothingArrives) {
  const LayerStory& layer = story.layers[0];
  const UnitStory& unit = layer.units[0];
  const cv::Mat picture = decode(bytes_of(artwork.layers[0].units[0].projection));
  ASSERT_EQ(picture.cols, unit.field.w);
  for (int y = 0; y < unit.field.h; ++y) {
    for (int x = 0; x < unit.field.w; ++x) {
      const Colour colour = at(picture, x, y);
      for (const auto& [level, c] : {std::pair{colour.r, 0}, std::pair{colour.g, 1}, std::pair{colour.b, 2}}) {
        const float value = unit.projection.at(0, c, y, x);
        if (value == 0) {
          EXPECT_EQ(level, 128);
        }
        if (value > 0) {
          EXPECT_GE(level, 128);
        }
        if (value < 0) {
          EXPECT_LE(level, 128);
        }
      }
    }
  }
}

TEST(Png, FewColoursTakeOneByteAPixelAndLoseNothing) {
  // 250 colours by columns, then 300: the second has no palette.
  for (const int colours : {1, 2, 250, 256, 257, 300}) {
    Picture picture = make_picture(colours, 5);
    for (int x = 0; x < colours; ++x)
      fill(picture, {x, 0, 1, 5},
           {static_cast<std::uint8_t>(x / 2), static_cast<std::uint8_t>(255 - x / 2), static_cast<std::uint8_t>(x % 2)});
    const std::vector<std::byte> png = encode_png(picture);
    constexpr std::size_t kColourType = 25;  // signature 8, length 4, "IHDR" 4, width 4, height 4, depth 1
    EXPECT_EQ(std::to_integer<int>(png[kColourType]), colours <= 256 ? 3 : 2);
    const cv::Mat image = decode(bytes_of({png, 0, 0}));
    ASSERT_EQ(image.cols, colours);
    for (int x = 0; x < colours; ++x) ASSERT_EQ(at(image, x, 4), picture.at(x, 4));
  }
}

}  // namespace
}  // namespace zf
