#include "core/report/story.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "core/nn/prediction.h"
#include "core/tensor/error.h"
#include "small_story.h"

namespace zf {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

struct Direct {
  explicit Direct(const test::SmallWorld& world, const Image& photo) {
    DeviceTensor input;
    world.backend->upload(preprocess_image(test::story_preprocess(), photo), input);
    world.net.forward(input, trace);
  }
  Trace trace;
};

std::vector<std::string> names(const Story& story) {
  std::vector<std::string> result;
  for (const LayerStory& layer : story.layers) result.push_back(layer.name);
  return result;
}

TEST(Story, HoldsEveryLayerAsTheForwardPassLeavesIt) {
  test::SmallWorld world;
  const Image photo = test::noise_photo(60, 50, 1);
  const Story story = world.teller.tell("a.png", photo);
  EXPECT_THAT(names(story), ElementsAre("conv1", "pool1", "norm1", "conv2", "pool2", "fc3", "logits"));
  EXPECT_EQ(story.view, centre_view(test::story_preprocess(), photo));
  const Direct direct(world, photo);
  for (const LayerStory& layer : story.layers) {
    const Tensor expected = world.backend->download(direct.trace.output(layer.layer));
    ASSERT_EQ(layer.maps.shape(), expected.shape()) << layer.name;
    for (std::size_t i = 0; i < expected.size(); ++i) ASSERT_EQ(layer.maps.data()[i], expected.data()[i]) << layer.name;
  }
}

TEST(Story, ClassesAreThoseOfTheLogits) {
  test::SmallWorld world;
  const Image photo = test::noise_photo(44, 44, 2);
  const Story story = world.teller.tell("a.png", photo);
  const Direct direct(world, photo);
  const Tensor logits = world.backend->download(direct.trace.output(logits_layer(world.net.network())));
  const std::vector<ClassScore> expected = top_classes(probabilities(logits.values()), 5);
  ASSERT_EQ(story.classes.size(), 4U);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(story.classes[i].index, expected[i].index);
    EXPECT_EQ(story.classes[i].p, expected[i].p);
    EXPECT_EQ(story.classes[i].name, test::story_classes()[static_cast<std::size_t>(expected[i].index)]);
  }
}

TEST(Story, UnitsAreTheStrongestMapsProjected) {
  test::SmallWorld world({.units = 5, .rule = Rule::kGuided});
  const Image photo = test::noise_photo(50, 44, 3);
  const Story story = world.teller.tell("a.png", photo);
  const Direct direct(world, photo);
  Projector projector(world.net, direct.trace, Rule::kGuided);
  for (const LayerStory& layer : story.layers) {
    if (!std::holds_alternative<ConvLayer>(layer.source.op)) {
      EXPECT_TRUE(layer.units.empty()) << layer.name;
      continue;
    }
    const std::vector<Seed> seeds = strongest_maps(*world.backend, direct.trace, layer.layer, 5);
    const Projections projections = projector.project(layer.layer, seeds);
    ASSERT_EQ(layer.units.size(), seeds.size());
    for (std::size_t i = 0; i < seeds.size(); ++i) {
      const UnitStory& unit = layer.units[i];
      EXPECT_EQ(unit.seed, seeds[i]);
      EXPECT_EQ(unit.field, field_at(layer.field, seeds[i].y, seeds[i].x));
      const Tensor whole = projections.whole(static_cast<int>(i));
      double inside = 0;
      for (int y = 0; y < unit.field.h; ++y) {
        for (int x = 0; x < unit.field.w; ++x) {
          const int py = unit.field.y + y;
          const int px = unit.field.x + x;
          const bool on_photo = py >= 0 && py < 40 && px >= 0 && px < 40;
          for (int c = 0; c < 3; ++c) {
            ASSERT_EQ(unit.projection.at(0, c, y, x), on_photo ? whole.at(0, c, py, px) : 0.0F);
            inside += std::abs(unit.projection.at(0, c, y, x));
          }
        }
      }
      double all = 0;
      for (const float v : whole.values()) all += std::abs(v);
      EXPECT_NEAR(inside, all, 1e-4 * all) << "nothing of a projection lies outside its field";
    }
  }
}

TEST(Story, TakesPreprocessedInput) {
  test::SmallWorld world;
  const Image photo = test::noise_photo(44, 44, 4);
  const Story of_photo = world.teller.tell("a.png", photo);
  const Story of_input = world.teller.tell("a.npy", preprocess_image(test::story_preprocess(), photo));
  EXPECT_EQ(of_input.view, of_photo.view);
  EXPECT_EQ(of_input.classes.front().p, of_photo.classes.front().p);
  EXPECT_THAT(
      [&] {
        (void)world.teller.tell("bad.npy", Tensor({1, 3, 41, 40}));
      },
      ThrowsMessage<Error>(HasSubstr("bad.npy: expected an input of 1x3x40x40, found 1x3x41x40")));
}

TEST(Story, SilentLayersHaveNoUnits) {
  Parameters parameters = test::story_parameters(test::story_network());
  for (float& bias : parameters.at("conv2.bias").values()) bias = -1e6F;
  test::SmallWorld world({}, std::move(parameters));
  const Story story = world.teller.tell("a.png", test::noise_photo(44, 44, 5));
  EXPECT_EQ(story.layers[0].units.size(), 9U);
  EXPECT_TRUE(story.layers[3].units.empty());
}

TEST(Story, RefusesNumbersThatAreNotFinite) {
  Parameters parameters = test::story_parameters(test::story_network());
  parameters.at("conv2.bias").values()[3] = std::numeric_limits<float>::infinity();
  test::SmallWorld world({}, std::move(parameters));
  EXPECT_THAT([&] { (void)world.teller.tell("a.png", test::noise_photo(44, 44, 6)); },
              ThrowsMessage<Error>(HasSubstr("conv2: expected finite activations, found inf")));
}

}  // namespace
}  // namespace zf
