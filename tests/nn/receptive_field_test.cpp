#include "core/nn/receptive_field.h"

#include <gtest/gtest.h>

#include "core/nn/zoo.h"

namespace zf {
namespace {

ReceptiveField field_of(const Network& net, std::string_view layer) {
  return receptive_fields(net).at(static_cast<std::size_t>(find_layer(net, layer)));
}

TEST(ReceptiveField, HasThePapersSizesAndSteps) {
  const Network net = zfnet({});
  const std::vector<std::string> layers = {"conv1", "pool1", "conv2", "pool2", "conv3", "conv4", "conv5", "pool5"};
  const std::vector<ReceptiveField> expected = {{{7, 7}, 2, -1},     {{11, 11}, 4, -3},     {{27, 27}, 8, -3},     {{43, 43}, 16, -11},
                                                {{75, 75}, 16, -27}, {{107, 107}, 16, -43}, {{139, 139}, 16, -59}, {{171, 171}, 32, -59}};
  for (std::size_t i = 0; i < layers.size(); ++i) EXPECT_EQ(field_of(net, layers[i]), expected[i]) << layers[i];
  EXPECT_EQ(field_of(net, "norm1"), field_of(net, "pool1"));
}

TEST(ReceptiveField, LinearLayersSeeTheWholeImage) {
  Network net = zfnet({224, 1.0, 64, 10});
  net.input.w = 200;
  for (const char* const layer : {"fc6", "fc7", "logits", "prob"}) {
    EXPECT_EQ(field_of(net, layer), (ReceptiveField{{224, 200}, 0, 0}));
    EXPECT_EQ(field_at(field_of(net, layer), 0, 0), (PixelRect{0, 0, 224, 200}));
  }
}

TEST(ReceptiveField, PlacesHangOverTheImageUntilTheyAreClipped) {
  const ReceptiveField conv5 = field_of(zfnet({}), "conv5");
  EXPECT_EQ(field_at(conv5, 0, 6), (PixelRect{-59, 37, 139, 139}));
  EXPECT_EQ(clip(field_at(conv5, 0, 6), {224, 224}), (PixelRect{0, 37, 80, 139}));
  EXPECT_EQ(clip(field_at(conv5, 12, 12), {224, 224}), (PixelRect{133, 133, 91, 91}));
  EXPECT_EQ(clip({-20, 300, 10, 10}, {224, 224}), (PixelRect{0, 224, 0, 0}));
}

// Strides multiply from layer to layer; a model file may pile them up.
TEST(ReceptiveField, StaysFiniteUnderAbsurdStrides) {
  Network net{"deep", {1, 1, 64, 64}, {}};
  for (int i = 0; i < 40; ++i) net.layers.push_back({"conv" + std::to_string(i), ConvLayer{1, 3, 1 << 14, 1 << 14, 1}});
  const ReceptiveField field = receptive_fields(net).back();
  EXPECT_GT(field.size.h, 1 << 14);
  EXPECT_GT(field.step, 1 << 14);
  EXPECT_LT(field.offset, -(1 << 14));
  EXPECT_EQ(clip(field_at(field, 1 << 30, 0), {64, 64}).w, 64);
}

}  // namespace
}  // namespace zf
