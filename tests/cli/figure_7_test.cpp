// occlude and ablate as scripts lean on them: files, JSON, errors that name what is wrong.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/nn/prediction.h"
#include "tests/cli/program.h"

namespace zf::testing {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class Figure7 : public CommandTest {
 protected:
  void SetUp() override {
    for (int i = 0; i < 2; ++i) write_photo(path("photo" + std::to_string(i) + ".png"), 300, 240, i);
  }
};

TEST_F(Figure7, OcclusionWritesMapsThatEqualBruteForce) {
  const json found = result("occlude photo0.png --size 90 --stride 40 --out out");
  const json places = json::parse(text_of(read_file(path("out/places.json"))));
  EXPECT_EQ(places.at("y"), json({0, 40, 80, 120, 134}));
  EXPECT_EQ(places.at("layer"), "conv5");
  EXPECT_EQ(places.at("map"), found.at("map"));
  EXPECT_TRUE(fs::exists(path("out/occlusion.png")));
  EXPECT_TRUE(fs::exists(path("out/label.npy")));
  const Tensor probability = npy("out/probability.npy");
  EXPECT_EQ(probability.shape(), (Shape{1, 1, 5, 5}));
  (void)result("occlude photo0.png --size 90 --stride 40 --brute-force --out brute");
  const Tensor brute = npy("brute/probability.npy");
  const Tensor activation = npy("out/activation.npy");
  const Tensor brute_activation = npy("brute/activation.npy");
  for (std::size_t i = 0; i < brute.size(); ++i) {
    EXPECT_NEAR(probability.values()[i], brute.values()[i], 1e-4);
    EXPECT_NEAR(activation.values()[i], brute_activation.values()[i], 1e-3 * std::abs(brute_activation.values()[i]));
  }
}

// Fills change what is seen; the mean, in the model's own numbers or not, is 0.
TEST_F(Figure7, SquaresHaveTheColourAskedFor) {
  const auto probability = [this](const std::string& fill) {
    (void)result("occlude photo0.png --size 112 --stride 56 --fill " + fill + " --out " + fill);
    const Tensor found = npy(fill + "/probability.npy");
    return std::vector<float>(found.values().begin(), found.values().end());
  };
  const std::vector<float> mean = probability("mean");
  const std::vector<float> close = probability("124,117,104");
  for (std::size_t i = 0; i < mean.size(); ++i) EXPECT_NEAR(close[i], mean[i], 0.05);
  EXPECT_NE(probability("255,0,0"), mean);
  EXPECT_NE(probability("grey"), mean);
}

TEST_F(Figure7, ManyPhotosGiveClaimsWithIntervals) {
  const json claims = result("occlude photo0.png photo1.png --size 90 --stride 40 --out out");
  EXPECT_EQ(claims.at("photos"), 2);
  EXPECT_LE(claims.at("worst").at("low"), claims.at("worst").at("value"));
  const CsvTable table = csv("out/agreement.csv");
  ASSERT_EQ(table.rows(), 2U);
  EXPECT_NEAR((table.number(0, "worst") + table.number(1, "worst")) / 2, claims.at("worst").at("value").get<double>(), 1e-9);
}

TEST_F(Figure7, OcclusionNamesWhatIsWrong) {
  expect_failure("occlude", "IMAGE");
  expect_failure("occlude photo0.png --size 300", "at most 224");
  expect_failure("occlude photo0.png --stride 0", "stride");
  expect_failure("occlude photo0.png --fill purple", "R,G,B");
  expect_failure("occlude photo0.png --fill 1,2,300", "0 to 255");
  expect_failure("occlude photo0.png --layer conv9", "conv5");
  expect_failure("occlude photo0.png --map 9999", "9999");
  expect_failure("occlude photo0.png --label unicorn", "tench");
  EXPECT_FALSE(fs::exists(path("out")));
}

TEST_F(Figure7, RankingAgreesWithMutingTheFirst) {
  const json ranking = result("ablate photo0.png --layers conv5,conv4 --out out");
  const CsvTable table = csv("out/ablation.csv");
  ASSERT_EQ(table.rows(), 128U + 192U);
  EXPECT_TRUE(fs::exists(path("out/ablation.png")));
  const std::string first = table.text(0, "layer") + ":" + table.text(0, "map");
  const json muted = result("ablate photo0.png --mute " + first);
  const json& best = muted.at("clean").front();
  ASSERT_EQ(best.at("class"), ranking.at("class"));
  const auto logits = muted.at("logits").get<std::vector<float>>();
  const double p = probabilities(logits)[best.at("index").get<std::size_t>()];
  EXPECT_NEAR(ranking.at("p").get<double>() - p, table.number(0, "drop"), 1e-4);
}

TEST_F(Figure7, AblationNamesWhatIsWrong) {
  expect_failure("ablate", "IMAGE");
  expect_failure("ablate photo0.png --mute conv5:999", "999");
  expect_failure("ablate photo0.png --mute conv5:1:2", "LAYER:MAP:Y:X");
  expect_failure("ablate photo0.png --mute conv5:one", "LAYER:MAP:Y:X");
  expect_failure("ablate photo0.png --mute nothing", "conv5");
  expect_failure("ablate photo0.png --layers logits", "below the logits");
}

}  // namespace

}  // namespace zf::testing
