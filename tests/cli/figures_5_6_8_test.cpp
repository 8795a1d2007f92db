// invariance, correspond and compare as scripts lean on them: files, JSON, errors that name what is wrong.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/cli/program.h"

namespace zf::testing {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class Figures568 : public CommandTest {
 protected:
  void SetUp() override {
    for (int i = 0; i < 3; ++i) write_photo(path("photo" + std::to_string(i) + ".png"), 300, 240, i);
  }

  void write(const std::string& name, const std::string& text) const { std::ofstream(path(name)) << text; }
};

TEST_F(Figures568, InvarianceWritesPlotPointsAndClaims) {
  const json claims = result("invariance photo0.png photo1.png --translate=-4,-2,0,2,4 --rotate 0,90 --out out");
  ASSERT_EQ(claims.at("axes").size(), 2U);
  EXPECT_EQ(claims.at("photos").size(), 2U);
  EXPECT_EQ(claims.at("layers").at(1), "layer 7 (fc7)");
  EXPECT_TRUE(fs::exists(path("out/invariance.png")));
  EXPECT_EQ(json::parse(text_of(read_file(path("out/invariance.json")))), claims);
  const CsvTable points = csv("out/invariance.csv");
  ASSERT_EQ(points.rows(), 2U * 7U);
  EXPECT_EQ(points.number(2, "distance_1"), 0);
  EXPECT_GT(points.number(3, "distance_1"), 0);
}

TEST_F(Figures568, InvarianceTakesTheClassOfTheFolder) {
  write_photo(path("data/val/church/a.png"), 240, 240, 1);
  write_photo(path("data/val/unknown/b.png"), 240, 240, 2);
  const json claims = result("invariance --data data --count 2 --translate 3 --layers conv1,logits --out out");
  ASSERT_EQ(claims.at("photos").size(), 2U);
  EXPECT_EQ(claims.at("photos").at(0).at("class"), "church");
  EXPECT_EQ(claims.at("photos").at(0).at("true_class"), true);
  EXPECT_EQ(claims.at("photos").at(1).at("true_class"), false);
  EXPECT_EQ(claims.at("layers"), json({"conv1", "logits"}));
}

TEST_F(Figures568, InvarianceRefusesBadInput) {
  expect_failure("invariance --out out", "IMAGE");
  expect_failure("invariance missing.png --out out", "missing.png");
  expect_failure("invariance photo0.png --scale 0 --out out", "scale above 0");
  expect_failure("invariance photo0.png --layers 1,9 --out out", "1 to 8");
  expect_failure("invariance photo0.png --layers 1,prob --out out", "class scores");
  expect_failure("invariance photo0.png --label 20 --out out", "0 to 19");
  EXPECT_FALSE(fs::exists(path("out")));
}

TEST_F(Figures568, CorrespondGivesTheTable) {
  write("points.csv",
        "file,left_eye_x,left_eye_y,right_eye_x,right_eye_y,nose_x,nose_y\n"
        "photo0.png,120,100,180,100,150,150\nphoto1.png,110,90,180,110,150,160\nphoto2.png,130,90,180,100,150,140\n");
  const json table = result("correspond --points points.csv --draws 2 --out out --figure masks.png");
  EXPECT_EQ(table.at("faces"), 3);
  ASSERT_EQ(table.at("parts").size(), 5U);
  EXPECT_EQ(table.at("parts").at(0).at("part"), "left_eye");
  for (const json& part : table.at("parts")) {
    for (const json& layer : part.at("layers")) {
      EXPECT_GE(layer.at("mean").get<double>(), 0);
      EXPECT_LE(layer.at("mean").get<double>(), 1);
    }
  }
  EXPECT_EQ(result("correspond points.csv --draws 2").at("parts"), table.at("parts"));
  EXPECT_TRUE(fs::exists(path("masks.png")));
  EXPECT_EQ(csv("out/correspondence.csv").rows(), 5U * 2U * 3U);
  EXPECT_NE(text_of(read_file(path("out/table1.txt"))).find("0.107 (0.017)"), std::string::npos);
}

TEST_F(Figures568, CorrespondRefusesBadInput) {
  const std::string header = "image,left_eye_x,left_eye_y,right_eye_x,right_eye_y\n";
  write("few.csv", header + "photo0.png,120,100,180,100\n");
  write("missing.csv", header + "photo0.png,120,100,180,100\ngone.png,120,100,180,100\n");
  write("outside.csv", header + "photo0.png,120,100,180,100\nphoto1.png,120,100,180,240\n");
  write("columns.csv", "image,left_eye_x,left_eye_y\nphoto0.png,1,2\nphoto1.png,1,2\n");
  expect_failure("correspond --points few.csv", "at least two");
  expect_failure("correspond --points missing.csv", "gone.png");
  expect_failure("correspond --points outside.csv", "photo1.png: expected right_eye inside");
  expect_failure("correspond --points columns.csv", "column right_eye_x");
  expect_failure("correspond --points none.csv", "none.csv");
  expect_failure("correspond --points missing.csv --only photo", "photo");
  EXPECT_EQ(run("correspond").status, 2);
  expect_failure("correspond missing.csv columns.csv", "found columns.csv");
  expect_failure("correspond --points missing.csv columns.csv", "found columns.csv");
}

TEST_F(Figures568, CompareMeasuresEveryModel) {
  const std::string demo = ZF_SOURCE_DIR "/assets/demo.safetensors";
  fs::create_symlink(demo, path("b.safetensors"));
  const json both = result("compare " + demo + " b.safetensors photo0.png photo1.png --names first,second --out out");
  ASSERT_EQ(both.at("models").size(), 2U);
  EXPECT_EQ(both.at("models").at(0).at("model"), "first");
  EXPECT_EQ(both.at("models").at(0).at("aliased"), both.at("models").at(1).at("aliased"));
  EXPECT_EQ(both.at("differences").at(0).at("aliased").at("value"), 0);
  for (const char* file : {"filters.png", "filters_one_scale.png", "spectra.png", "second_layers.png", "comparison.json"}) {
    EXPECT_TRUE(fs::exists(path("out") / file)) << file;
  }
  EXPECT_EQ(csv("out/filters.csv").rows(), 2 * both.at("models").at(0).at("filters").get<std::size_t>());
  const json alone = result("compare " + demo + " b.safetensors --out filters");
  EXPECT_EQ(alone.at("models").at(0).at("photos"), 0);
  EXPECT_FALSE(fs::exists(path("filters/maps.csv")));
  expect_failure("compare b.safetensors --out none", "two models, found 1");
  expect_failure("compare b.safetensors gone.safetensors --out none", "gone.safetensors");
  expect_failure("compare b.safetensors b.safetensors --names x --out none", "2 models, found 1");
  EXPECT_FALSE(fs::exists(path("none")));
}

}  // namespace

}  // namespace zf::testing
