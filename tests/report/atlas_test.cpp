// The figure and the site of an atlas.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/io/atomic_file.h"
#include "core/io/jpeg.h"
#include "core/report/atlas_figure.h"
#include "core/report/atlas_site.h"
#include "core/tensor/error.h"
#include "tests/expect_error.h"
#include "tests/io/testing.h"
#include "tests/report/markup.h"

namespace zf {
namespace {

/// Gives a dark square for any bytes.
class PlainDecoder final : public ImageDecoder {
 public:
  [[nodiscard]] DecodedImage decode(std::span<const std::byte>, const std::string&) const override {
    Image image = make_image(3, 3);
    std::fill(image.rgb.begin(), image.rgb.end(), std::uint8_t{30});
    return image;
  }
};

AtlasContents contents(bool patches, const std::string& layer_name = "conv1") {
  AtlasContents contents;
  contents.info.network.name = "<small> & \"quoted\"";
  contents.info.network.input = {1, 3, 8, 8};
  contents.info.network.layers = {{layer_name, ConvLayer{4, 3, 1, 0, 1}}, {"relu1", ReluLayer{}}};
  contents.info.rule = "deconvnet";
  contents.info.order = "rgb";
  contents.info.top = 4;
  contents.info.images = 10;
  contents.info.patches = patches;
  AtlasLayer& layer = contents.layers.emplace_back();
  layer.name = layer_name;
  layer.maps = 4;
  layer.field = {3, 3};
  layer.projections.scans.resize(16);
  layer.patches.scans.resize(16);
  const std::vector<std::byte> jpeg = encode_jpeg(make_image(3, 3), 92);
  constexpr float kStrongest[] = {1, 7, 0, 5};
  for (std::size_t i = 0; i < 16; ++i) {
    const float value = kStrongest[i / 4] / static_cast<float>(i % 4 + 1);
    layer.items.push_back({value, static_cast<int>(i % 4), 1, 2, 1});
    if (value == 0) continue;
    layer.projections.put(i, jpeg);
    if (patches) layer.patches.put(i, jpeg);
  }
  if (patches) contents.images = {{0, "a,b.jpg"}, {1, "<b>.jpg"}, {2, "c.jpg"}, {3, "d.jpg"}};
  return contents;
}

class AtlasReport : public testing::TemporaryFolder {
 protected:
  [[nodiscard]] Atlas open(bool patches, const std::string& layer = "conv1") const {
    write_atlas(path("atlas"), contents(patches, layer));
    return Atlas(path("atlas"));
  }
};

TEST_F(AtlasReport, SortsAndDrawsMaps) {
  Atlas atlas = open(true);
  EXPECT_EQ(strongest_atlas_maps(atlas, "conv1", 3), (std::vector<int>{1, 3, 0}));
  EXPECT_EQ(strongest_atlas_maps(atlas, "conv1", 9).size(), 4U);
  const std::vector<int> random = random_atlas_maps(atlas, "conv1", 9, 1);
  EXPECT_EQ(random, (std::vector<int>{0, 1, 3}));  // without the map that is never active
  EXPECT_EQ(random_atlas_maps(atlas, "conv1", 2, 1), random_atlas_maps(atlas, "conv1", 2, 1));
}

TEST_F(AtlasReport, APairOfSquaresAMap) {
  const PlainDecoder decoder;
  Atlas both = open(true);
  const Picture pair = draw_atlas_map(both, decoder, "conv1", 1, 10);
  EXPECT_EQ(pair.height, 22);  // two rows of ten pixels, two between
  EXPECT_EQ(pair.width, 2 * 22 + 8);
  EXPECT_EQ(pair.at(5, 5), (Colour{30, 30, 30}));
  EXPECT_EQ(pair.at(11, 5), kWhite);
  const Picture quiet = draw_atlas_map(both, decoder, "conv1", 2, 10);
  EXPECT_EQ(quiet.at(5, 5), (Colour{kMidGrey, kMidGrey, kMidGrey}));
  Atlas bare = open(false);
  EXPECT_EQ(draw_atlas_map(bare, decoder, "conv1", 1, 10).width, 22);
}

TEST_F(AtlasReport, TheFigureHoldsItsMapsAndItsNumbers) {
  const PlainDecoder decoder;
  Atlas atlas = open(true);
  const std::vector<AtlasRow> rows{{"conv1", {3, 1}}};
  const Picture figure = draw_atlas_figure(atlas, decoder, rows);
  EXPECT_GT(figure.width, 600);
  EXPECT_EQ(atlas_csv(atlas, rows).substr(0, 92),
            "layer,map,rank,activation,image,name,y,x,scale\nconv1,3,1,5,0,\"a,b.jpg\",1,2,1\nconv1,3,2,2.5,1");
  testing::expect_error([&] { (void)draw_atlas_figure(atlas, decoder, {}); }, {"at least one map"});
}

TEST_F(AtlasReport, TheSiteIsWellFormedAndItsLinksLeadSomewhere) {
  const Atlas atlas = open(true);
  const test::Markup index = test::parse_markup(atlas_index_html(atlas));
  const test::Markup page = test::parse_markup(atlas_layer_html(atlas, "conv1"));
  const std::vector<std::string> ids = page.values("id");
  for (int map = 0; map < 4; ++map) EXPECT_EQ(std::count(ids.begin(), ids.end(), fmt::format("map-{}", map)), 1);
  int anchors = 0;
  for (const std::string& link : index.values("href")) {
    ASSERT_EQ(link.rfind("conv1.html", 0), 0U) << link;
    if (link.find('#') == std::string::npos) continue;
    ++anchors;
    EXPECT_NE(std::find(ids.begin(), ids.end(), link.substr(link.find('#') + 1)), ids.end()) << link;
  }
  EXPECT_EQ(anchors, 4);
  for (const std::string& source : page.values("src")) EXPECT_EQ(source.rfind("conv1/", 0), 0U);
  for (const test::Markup& part : {index, page}) EXPECT_TRUE(part.named("script").empty());
  EXPECT_NE(page.text.find("never active"), std::string::npos);
  EXPECT_NE(page.text.find("&lt;b&gt;.jpg"), std::string::npos);
}

TEST_F(AtlasReport, ALayerCannotReplaceTheIndex) {
  const std::string name = "index";
  const Atlas atlas = open(false, name);
  EXPECT_EQ(atlas_page_name(atlas, name), "layer-0.html");
  EXPECT_EQ(atlas_sheet_name(atlas, name, 3), "layer-0/3.jpg");
  EXPECT_EQ(test::parse_markup(atlas_layer_html(atlas, name)).text.find("a,b.jpg"), std::string::npos);
}

}  // namespace
}  // namespace zf
