#include "core/report/story_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "core/report/story_json.h"
#include "core/tensor/npy.h"
#include "small_story.h"

namespace zf {
namespace {

using ::testing::ElementsAre;

const OutputFile& find(const std::vector<OutputFile>& files, const std::string& name) {
  for (const OutputFile& file : files) {
    if (file.name == name) return file;
  }
  throw std::runtime_error("no file " + name);
}

nlohmann::json parse(const OutputFile& file) {
  const auto* text = reinterpret_cast<const char*>(file.bytes.data());
  return nlohmann::json::parse(text, text + file.bytes.size());
}

struct StoryFiles : ::testing::Test {
  StoryFiles() : story(world.teller.tell("a.png", test::noise_photo(50, 44, 7))), files(story_files(story, illustrate(story))) {}
  test::SmallWorld world;
  Story story;
  std::vector<OutputFile> files;
};

TEST_F(StoryFiles, PicturesLieBesideTheirNumbers) {
  std::vector<std::string> names;
  for (const OutputFile& file : files) names.push_back(file.name);
  EXPECT_THAT(names, ElementsAre("photo.png", "prediction.json", "conv1_grid.png", "conv1.npy", "conv1_projections.png",
                                 "conv1_projections.json", "pool1_grid.png", "pool1.npy", "norm1_grid.png", "norm1.npy", "conv2_grid.png",
                                 "conv2.npy", "conv2_projections.png", "conv2_projections.json", "pool2_grid.png", "pool2.npy",
                                 "fc3_grid.png", "fc3.npy", "logits_grid.png", "logits.npy", "occlusion.png", "occlusion.json",
                                 "occlusion_probability.npy", "occlusion_activation.npy", "ablation.png", "ablation.csv"));
  const Tensor maps = decode_npy(find(files, "conv2.npy").bytes, "conv2.npy");
  EXPECT_EQ(maps.shape(), story.layers[3].maps.shape());
  EXPECT_TRUE(std::equal(maps.values().begin(), maps.values().end(), story.layers[3].maps.values().begin()));
}

TEST(StoryFilesOfAModelThatCanTell, PredictionsSayWhetherItKnows) {
  test::SmallWorld world({.units = 1, .known = KnownRule{1000}});
  const Story story = world.teller.tell("a.png", test::noise_photo(50, 44, 7));
  double sum = 0;
  for (const float logit : story.layers.back().maps.values()) sum += std::exp(logit);
  const nlohmann::json prediction = parse(find(story_files(story, illustrate(story)), "prediction.json"));
  EXPECT_EQ(prediction.at("known"), false);
  EXPECT_EQ(prediction.at("threshold"), 1000);
  EXPECT_NEAR(prediction.at("score").get<double>(), std::log(sum), 1e-5);
}

TEST_F(StoryFiles, PredictionsAreExact) {
  const nlohmann::json prediction = parse(find(files, "prediction.json"));
  EXPECT_FALSE(prediction.contains("known"));
  EXPECT_EQ(prediction["image"], "a.png");
  EXPECT_EQ(prediction["model"], "small");
  ASSERT_EQ(prediction["top"].size(), story.classes.size());
  for (std::size_t i = 0; i < story.classes.size(); ++i) {
    EXPECT_EQ(prediction["top"][i]["class"], story.classes[i].name);
    EXPECT_EQ(prediction["top"][i]["index"], story.classes[i].index);
    EXPECT_EQ(prediction["top"][i]["p"].get<float>(), story.classes[i].p);
  }
  EXPECT_EQ(prediction["layers"].size(), story.layers.size());
}

TEST_F(StoryFiles, TheTimeIsToldOnlyWhereThereIsOne) {
  EXPECT_TRUE(prediction_json(story).contains("seconds"));
  story.seconds = 0;
  EXPECT_FALSE(prediction_json(story).contains("seconds"));
}

TEST_F(StoryFiles, UnitsSayMapPlaceValueAndField) {
  const LayerStory& layer = story.layers[3];
  const nlohmann::json json = parse(find(files, "conv2_projections.json"));
  EXPECT_EQ(json["layer"], "conv2");
  EXPECT_EQ(json["rule"], "deconvnet");
  ASSERT_EQ(json["units"].size(), layer.units.size());
  for (std::size_t i = 0; i < layer.units.size(); ++i) {
    const Seed& seed = layer.units[i].seed;
    const nlohmann::json& unit = json["units"][i];
    EXPECT_EQ(unit["map"], seed.map);
    EXPECT_EQ(unit["place"]["y"], seed.y);
    EXPECT_EQ(unit["place"]["x"], seed.x);
    EXPECT_EQ(unit["value"].get<float>(), layer.maps.at(0, seed.map, seed.y, seed.x));
    const PixelRect field = clip(field_at(layer.field, seed.y, seed.x), {40, 40});
    EXPECT_EQ(unit["rectangle"]["x"], field.x);
    EXPECT_EQ(unit["rectangle"]["y"], field.y);
    EXPECT_EQ(unit["rectangle"]["width"], field.w);
    EXPECT_EQ(unit["rectangle"]["height"], field.h);
  }
}

TEST_F(StoryFiles, LayerNamesCannotLeaveTheFolder) {
  story.layers[0].name = "../../up";
  story.layers[1].name = "pool/1";
  story.layers[2].name = "pool:1";
  std::set<std::string> names;
  for (const OutputFile& file : story_files(story, illustrate(story))) {
    EXPECT_EQ(file.name.find_first_of("/:"), std::string::npos) << file.name;
    EXPECT_NE(file.name.front(), '.') << file.name;
    EXPECT_TRUE(names.insert(file.name).second) << file.name;
  }
  EXPECT_EQ(names.count("_._.._up_grid.png") + names.count("pool_1.npy") + names.count("pool_1-2.npy"), 3U);
}

TEST(FolderNames, AreUniqueAndHarmless) {
  const std::vector<std::string> paths = {"a/cat.jpg", "b/cat.png", "dog", ".hidden", "..jpg", "x.tar.gz", "cat-2.png", "cat.bmp"};
  EXPECT_THAT(folder_names(paths), ElementsAre("cat", "cat-2", "dog", ".hidden", "photo", "x.tar", "cat-2-2", "cat-3"));
}

TEST(StoryJson, NamesThatAreNotUtf8BecomeText) {
  const std::string text = to_text({{"image", "caf\xE9.png"}});
  EXPECT_EQ(text, "{\"image\":\"caf\xEF\xBF\xBD.png\"}");
}

}  // namespace
}  // namespace zf
