#include "core/analysis/atlas_claims.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>

#include "core/analysis/statistics.h"
#include "core/io/jpeg.h"
#include "tests/expect_error.h"
#include "tests/io/testing.h"

namespace zf {
namespace {

/// Remembers what was encoded, since core has no decoder.
class Memory final : public ImageDecoder {
 public:
  std::vector<std::byte> encode(const Image& image) {
    const std::vector<std::byte> jpeg = encode_jpeg(image, 92);
    pictures_[jpeg] = image;
    return jpeg;
  }
  [[nodiscard]] DecodedImage decode(std::span<const std::byte> bytes, const std::string&) const override {
    return pictures_.at({bytes.begin(), bytes.end()});
  }

 private:
  std::map<std::vector<std::byte>, Image> pictures_;
};

Image noise(int seed) {
  std::mt19937 random(static_cast<unsigned>(seed));
  Image image = make_image(6, 6);
  for (std::uint8_t& value : image.rgb) value = static_cast<std::uint8_t>(random() % 256);
  return image;
}

/// The correlation of two pictures, straight from its definition.
double likeness(const Image& a, const Image& b) {
  const std::vector<double> x(a.rgb.begin(), a.rgb.end());
  const std::vector<double> y(b.rgb.begin(), b.rgb.end());
  return *correlation(x, y);
}

class AtlasClaimsTest : public testing::TemporaryFolder {
 protected:
  /// Three maps: two with three pictures each, one silent. Map 0's photos are of classes a, a, b, map 1's of b, b, b. All projections
  /// of a map are one picture.
  AtlasContents contents() {
    AtlasContents contents;
    contents.info.network.name = "small";
    contents.info.network.input = {1, 3, 8, 8};
    contents.info.network.layers = {{"conv1", ConvLayer{3, 6, 1, 0, 1}}, {"relu1", ReluLayer{}}};
    contents.info.rule = "deconvnet";
    contents.info.order = "rgb";
    contents.info.top = 3;
    contents.info.images = 6;
    contents.info.patches = true;
    AtlasLayer& layer = contents.layers.emplace_back();
    layer.name = "conv1";
    layer.maps = 3;
    layer.field = {6, 6};
    layer.projections.scans.resize(9);
    layer.patches.scans.resize(9);
    for (int map = 0; map < 3; ++map) {
      for (int rank = 0; rank < 3; ++rank) {
        const int image = map == 2 ? rank : 3 * map + rank;
        const auto item = static_cast<std::size_t>(3 * map + rank);
        layer.items.push_back({map == 2 ? 0.0F : 3.0F - static_cast<float>(rank), image, 0, 0, 1});
        if (map == 2) continue;
        layer.projections.put(item, memory_.encode(noise(100 + map)));
        layer.patches.put(item, memory_.encode(noise(image)));
      }
    }
    contents.images = {{0, "a/0.jpg"}, {1, "a/1.jpg"}, {2, "b/2.jpg"}, {3, "b/3.jpg"}, {4, "b/4.jpg"}, {5, "b/5.jpg"}};
    return contents;
  }

  Memory memory_;
};

TEST_F(AtlasClaimsTest, AreMeansOverPairsAndMaps) {
  write_atlas(path("atlas"), contents());
  Atlas atlas(path("atlas"));
  const AtlasClaims claims = atlas_claims(atlas, memory_);
  EXPECT_DOUBLE_EQ(claims.chance, (2.0 * 1 + 4.0 * 3) / (6 * 5));
  ASSERT_EQ(claims.layers.size(), 1U);
  const AtlasLayerClaims& layer = claims.layers.front();
  EXPECT_EQ(layer.layer, "conv1");
  EXPECT_EQ(layer.maps, 2U);  // the silent one has no pictures
  ASSERT_TRUE(layer.same_class);
  EXPECT_DOUBLE_EQ(layer.same_class->value, (1.0 / 3 + 1) / 2);
  EXPECT_NEAR(layer.projections.value, 1, 1e-6);
  double patches = 0;
  for (const int first : {0, 3}) {
    patches += (likeness(noise(first), noise(first + 1)) + likeness(noise(first), noise(first + 2)) +
                likeness(noise(first + 1), noise(first + 2))) /
               6;
  }
  EXPECT_NEAR(layer.patches.value, patches, 1e-6);
  EXPECT_NEAR(layer.projections_minus_patches.value, 1 - patches, 1e-6);
  EXPECT_LE(layer.patches.low, layer.patches.value);
  EXPECT_GE(layer.patches.high, layer.patches.value);
}

TEST_F(AtlasClaimsTest, NeedPatches) {
  AtlasContents bare = contents();
  bare.info.patches = false;
  bare.layers.front().patches = {};
  bare.images.clear();
  write_atlas(path("atlas"), bare);
  Atlas atlas(path("atlas"));
  testing::expect_error([&] { (void)atlas_claims(atlas, memory_); }, {"expected an atlas with patches"});
}

}  // namespace
}  // namespace zf
