// Atlas files: what is written is read, and what is no atlas is refused.
#include "core/io/atlas.h"

#include <functional>

#include "core/io/atomic_file.h"
#include "core/io/fingerprint.h"
#include "core/io/jpeg.h"
#include "tests/io/testing.h"

namespace zf {
namespace {

Network small_network() {
  Network network;
  network.name = "small";
  network.input = {1, 3, 8, 8};
  network.layers = {{"conv1", ConvLayer{2, 3, 1, 0, 1}}, {"relu1", ReluLayer{}}, {"conv2", ConvLayer{3, 3, 1, 0, 1}}};
  return network;
}

Image flat_image(int level) {
  Image image = make_image(5, 3);
  std::fill(image.rgb.begin(), image.rgb.end(), static_cast<std::uint8_t>(level));
  return image;
}

AtlasContents small_contents() {
  AtlasContents contents;
  contents.info.network = small_network();
  contents.info.fingerprint = "0123456789abcdef";
  contents.info.rule = "deconvnet";
  contents.info.order = "rgb";
  contents.info.top = 2;
  contents.info.images = 3;
  AtlasLayer& layer = contents.layers.emplace_back();
  layer.name = "conv1";
  layer.maps = 2;
  layer.field = {3, 3};
  layer.items = {{2.5F, 7, 1, 2, 0.5F}, {1.5F, 900, 5, 0, 0.25F}, {0, 7, 0, 0, 0}, {0, -1, 0, 0, 0}};
  layer.projections.scans.resize(4);
  layer.patches.scans.resize(4);
  for (const std::size_t item : {0U, 1U}) {
    layer.projections.put(item, encode_jpeg(flat_image(static_cast<int>(40 * item)), 92));
    layer.patches.put(item, encode_jpeg(flat_image(static_cast<int>(200 + item)), 92));
  }
  contents.images = {{7, "a/seven.jpg"}, {900, "ünï.jpg"}};
  return contents;
}

class AtlasFile : public testing::TemporaryFolder {
 protected:
  void SetUp() override { write_atlas(path("atlas"), small_contents()); }
};

TEST_F(AtlasFile, KeepsEverything) {
  const AtlasContents contents = small_contents();
  Atlas atlas(path("atlas"));
  EXPECT_EQ(atlas.info().network, contents.info.network);
  EXPECT_EQ(atlas.info().top, 2);
  EXPECT_EQ(atlas.info().images, 3);
  EXPECT_EQ(atlas.layer("conv1").items, contents.layers[0].items);
  EXPECT_EQ(atlas.layer("conv1").field, (Size{3, 3}));
  EXPECT_EQ(atlas.image_name(900), "ünï.jpg");
  EXPECT_EQ(atlas.image_name(8), "");
  ASSERT_EQ(atlas.items("conv1", 0).size(), 2U);
  EXPECT_EQ(atlas.items("conv1", 1).size(), 1U);  // there was one photo only
  EXPECT_EQ(atlas.projection("conv1", 0, 1), encode_jpeg(flat_image(40), 92));
  EXPECT_EQ(atlas.patch("conv1", 0, 0), encode_jpeg(flat_image(200), 92));
  EXPECT_TRUE(atlas.projection("conv1", 1, 0).empty());
  write_atlas(path("again"), atlas.contents());
  EXPECT_EQ(read_file(path("again")), read_file(path("atlas")));
}

TEST_F(AtlasFile, IsReadFromMemory) {
  const std::vector<std::byte> bytes = read_file(path("atlas"));
  Atlas atlas(bytes, "dropped");
  EXPECT_EQ(atlas.projection("conv1", 0, 0), encode_jpeg(flat_image(0), 92));
  testing::expect_error([&] { atlas.check_model("fedcba9876543210"); }, {"dropped", "another", "fedcba9876543210"});
}

TEST_F(AtlasFile, SaysWhatIsNotThere) {
  Atlas atlas(path("atlas"));
  testing::expect_error([&] { (void)atlas.layer("conv9"); }, {"among conv1", "conv9"});
  testing::expect_error([&] { (void)atlas.items("conv1", 2); }, {"0 to 1", "found 2"});
  testing::expect_error([&] { (void)atlas.projection("conv1", 1, 1); }, {"rank", "found 1"});
  testing::expect_error([&] { const Atlas none(path("nothing")); }, {"nothing"});
}

TEST_F(AtlasFile, RefusesWhatDoesNotFit) {
  const auto refuse = [&](const std::function<void(AtlasContents&)>& spoil, std::initializer_list<std::string_view> parts) {
    AtlasContents contents = small_contents();
    spoil(contents);
    write_atlas(path("bad"), contents);
    testing::expect_error([&] { const Atlas bad(path("bad")); }, parts);
  };
  refuse([](AtlasContents& c) { c.layers[0].items[0].y = 6; }, {"conv1", "6x6", "6, 2"});
  refuse([](AtlasContents& c) { c.layers[0].items[0].x = -1; }, {"conv1", "6x6"});
  refuse([](AtlasContents& c) { c.layers[0].items[0].image = -2; }, {"conv1", "-2"});
  refuse([](AtlasContents& c) { c.layers[0].name = "conv2"; }, {"conv2", "3 maps", "found 2"});
  refuse([](AtlasContents& c) { c.layers[0].name = "conv9"; }, {"conv9"});
}

TEST_F(AtlasFile, RefusesEveryCut) {
  const std::vector<std::byte> bytes = read_file(path("atlas"));
  for (std::size_t size = 0; size < bytes.size(); size += 7) {
    testing::expect_error([&] { const Atlas cut(std::span<const std::byte>(bytes).first(size), "cut"); }, {"cut"});
  }
}

TEST(Fingerprints, TellModelsApart) {
  Parameters parameters;
  parameters.emplace("conv1.weight", Tensor({2, 3, 3, 3}, 0.5F));
  parameters.emplace("conv1.bias", Tensor({1, 2, 1, 1}, 0.0F));
  const std::string first = fingerprint(small_network(), parameters);
  EXPECT_EQ(first.size(), 16U);
  EXPECT_EQ(first, fingerprint(small_network(), parameters));
  for (std::size_t i = 0; i < 54; i += 5) {
    Parameters changed = parameters;
    changed.at("conv1.weight").data()[i] = 0.5000001F;
    EXPECT_NE(first, fingerprint(small_network(), changed)) << i;
  }
  Network other = small_network();
  other.layers[0].op = ConvLayer{2, 3, 1, 1, 1};
  EXPECT_NE(first, fingerprint(other, parameters));
}

// Atlases and parts keep fingerprints, so that they must not change: computed apart from the code.
TEST(Fingerprints, AreTheSameInEveryVersion) {
  Fingerprint hash;
  hash.add("hello, world");
  EXPECT_EQ(hash.text(), "cd6244a73ecc1f13");
}

}  // namespace
}  // namespace zf
