#include "core/report/captions.h"

#include <gtest/gtest.h>

namespace zf {
namespace {

TEST(Captions, NumbersHaveAboutThreeDigits) {
  EXPECT_EQ(short_number(0), "0");
  EXPECT_EQ(short_number(1.2345F), "1.23");
  EXPECT_EQ(short_number(-12.345F), "-12.3");
  EXPECT_EQ(short_number(1234.5F), "1234");
  EXPECT_EQ(short_number(2.5e6F), "2.5e+06");
  EXPECT_EQ(short_number(2.5e-5F), "2.5e-05");
}

TEST(Captions, ClassNamesAreReadable) { EXPECT_EQ(readable("garbage_truck"), "garbage truck"); }

TEST(Captions, SayThatAPhotoIsUnknown) {
  EXPECT_EQ(unknown_words(20), "Probably none of the 20 things that this model knows.");
  EXPECT_EQ(unknown_words(1), "Probably not the one thing that this model knows.");
}

TEST(Captions, SayWhatALayerDoes) {
  LayerStory layer;
  layer.name = "conv2";
  layer.source = {"conv2", ConvLayer{256, 5, 2, 0, 2}};
  layer.then = "ReLU";
  layer.stage = 2;
  layer.field = {{27, 27}, 8, -5};
  EXPECT_EQ(kind_of(layer.source), "Convolution");
  EXPECT_EQ(recipe_of(layer), "filters of 5\u00A0×\u00A05, stride 2, 2 groups, then ReLU");
  EXPECT_EQ(size_of({1, 256, 26, 26}), "256 maps of 26\u00A0×\u00A026");
  EXPECT_NE(meaning_of(layer).find("27\u00A0×\u00A027 pixels"), std::string::npos);
  EXPECT_EQ(place_in_paper(layer), "Fig. 3, layer 2; Fig. 2, layer 2");

  layer.name = "fc6";
  layer.source = {"fc6", LinearLayer{4096}};
  EXPECT_EQ(size_of({1, 4096, 1, 1}), "4096 units");
  EXPECT_NE(recipe_of(layer).find("whole photo"), std::string::npos);
}

}  // namespace
}  // namespace zf
