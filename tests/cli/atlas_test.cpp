// `mine` and `evolve` as scripts lean on them.
#include "core/io/atlas.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/cli/program.h"

namespace zf::testing {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// A model that trains in no time, and its photos.
class AtlasCommands : public CommandTest {
 protected:
  void SetUp() override {
    for (int i = 0; i < 12; ++i) {
      const char* split = i % 3 == 2 ? "val" : "train";
      write_photo(path("data") / split / (i % 2 == 0 ? "even" : "odd") / (std::to_string(i) + ".png"), 72, 66, i);
    }
    ASSERT_EQ(
        run("train --arch zfnet --width 0.05 --fc 8 --size 64 --resize 64 --batch 4 --epochs 2 --data data --out run --threads 1").status,
        0);
    std::ofstream(path("data/val/notes.txt")) << "no photo";
  }
};

TEST_F(AtlasCommands, MineFigureSiteAndBadInput) {
  const Outcome mined = run("mine run/model.safetensors --data data --out atlas --top 3 --json");
  ASSERT_EQ(mined.status, 0) << mined.err;
  const json result = json::parse(mined.out);
  EXPECT_EQ(result.at("images"), 4);
  EXPECT_EQ(result.at("skipped").size(), 1U);
  EXPECT_GT(result.at("seconds").at("forward").get<double>(), 0);
  EXPECT_FALSE(fs::exists(path("atlas.part")));

  ASSERT_EQ(run("mine --atlas atlas --figure fig.png --layers conv1,conv5 --maps 1,0").status, 0);
  EXPECT_GT(fs::file_size(path("fig.png")), 1000U);
  const std::string csv = text_of(read_file(path("fig.csv")));
  EXPECT_EQ(csv.rfind("layer,map,rank,activation,image,name,y,x,scale\nconv1,1,1,", 0), 0U) << csv;

  ASSERT_EQ(run("mine --atlas atlas --site site").status, 0);
  const std::string page = text_of(read_file(path("site/conv5.html")));
  EXPECT_NE(page.find("id=\"map-1\""), std::string::npos);
  Atlas atlas(path("atlas"));
  for (const AtlasLayer& layer : atlas.layers()) {
    for (int map = 0; map < layer.maps; ++map) EXPECT_TRUE(fs::exists(path("site") / layer.name / (std::to_string(map) + ".jpg")));
  }
  EXPECT_NE(text_of(read_file(path("site/index.html"))).find("conv5.html#map-"), std::string::npos);

  expect_failure("mine run/snapshots/epoch_001.safetensors --atlas atlas --figure no.png", "another");
  expect_failure("mine --atlas atlas --figure no.png --layers conv9", "conv5");
  expect_failure("mine --atlas atlas --figure no.png --maps 1,x", "1,x");
  expect_failure("mine --atlas atlas --figure no.png --maps 99", "found 99");
  expect_failure("mine --atlas run/model.safetensors --figure no.png", "expected an atlas");
  expect_failure("mine run/model.safetensors --data missing --out other", "missing");
  expect_failure("mine run/model.safetensors --data data --out other --layers fc6", "conv1");
  expect_failure("mine --out atlas", "--data", 2);
  EXPECT_FALSE(fs::exists(path("no.png")));
  EXPECT_FALSE(fs::exists(path("other")));
}

TEST_F(AtlasCommands, EvolveFollowsTheSnapshots) {
  const Outcome outcome =
      run("evolve run/snapshots/epoch_001.safetensors run/snapshots/epoch_002.safetensors --data data --out evo --maps 2 --json");
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  const json result = json::parse(outcome.out);
  EXPECT_EQ(result.at("epochs"), json({1, 2}));
  EXPECT_EQ(result.at("layers").size(), 5U);
  for (const char* name :
       {"evolution.png", "settling.png", "evolution.csv", "evolution.json", "evolution_strip.png", "evolution_strip.json"})
    EXPECT_TRUE(fs::exists(path("evo") / name)) << name;
  expect_failure("evolve run/snapshots/epoch_001.safetensors --data data --out no", "at least two");
  expect_failure("evolve run/snapshots/epoch_001.safetensors run/snapshots/epoch_002.safetensors --data missing --out no", "missing");
  EXPECT_FALSE(fs::exists(path("no")));
}

}  // namespace

}  // namespace zf::testing
