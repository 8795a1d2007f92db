// The command line as scripts lean on it: docs of every command, JSON, files, exit codes, bad input, resumed training.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/cli/program.h"

namespace zf::testing {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class CommandLine : public CommandTest {
 protected:
  void SetUp() override { write_photo(path("photo.png"), 300, 240, 1); }

  /// Two classes of eight photos to train on and four to validate.
  void write_data() const {
    for (int i = 0; i < 24; ++i) {
      const char* split = i % 3 == 2 ? "val" : "train";
      write_photo(path("data") / split / (i % 2 == 0 ? "even" : "odd") / (std::to_string(i) + ".png"), 40, 40, i);
    }
  }
};

TEST_F(CommandLine, EveryCommandHasHelp) {
  for (const char* command : {"info", "import", "classify", "project", "render", "train", "eval", "bench", "occlude", "ablate",
                              "ablate retrain", "invariance", "correspond", "compare", "transfer", "mine", "evolve"}) {
    const Outcome outcome = run(std::string(command) + " --help");
    EXPECT_EQ(outcome.status, 0) << command;
    EXPECT_NE(outcome.out.find("--threads"), std::string::npos) << command;
  }
}

TEST_F(CommandLine, BadUsageIsExitCodeTwo) {
  EXPECT_EQ(run("").status, 2);
  EXPECT_EQ(run("dance").status, 2);
  EXPECT_EQ(run("info --no-such-option").status, 2);
  EXPECT_EQ(run("train").status, 2);
}

TEST_F(CommandLine, InfoKnowsTheDemoModel) {
  const json info = json::parse(run("info --json").out);
  EXPECT_EQ(info.at("input"), json({3, 224, 224}));
  EXPECT_EQ(info.at("classes").size(), 20U);
  EXPECT_EQ(info.at("classes").at(9), "French horn");
  std::int64_t parameters = 0;
  for (const json& layer : info.at("layers")) parameters += layer.at("parameters").get<std::int64_t>();
  EXPECT_EQ(parameters, info.at("parameters"));
}

TEST_F(CommandLine, ClassifyGivesProbabilitiesOfItsLogits) {
  const Outcome outcome = run("classify photo.png --top 20 --npy logits.npy --json");
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  const json result = json::parse(outcome.out).at("results").at(0);
  const Tensor logits = npy("logits.npy");
  ASSERT_EQ(logits.size(), 20U);
  double sum = 0;
  for (const float logit : logits.values()) sum += std::exp(static_cast<double>(logit));
  for (const json& top : result.at("top")) {
    const auto index = top.at("index").get<std::size_t>();
    EXPECT_EQ(result.at("logits").at(index).get<float>(), logits.values()[index]);
    EXPECT_NEAR(top.at("p").get<double>(), std::exp(static_cast<double>(logits.values()[index])) / sum, 1e-5);
  }
  EXPECT_NEAR(result.at("score").get<double>(), std::log(sum), 1e-5);
}

TEST_F(CommandLine, AnEvenPhotoIsNothingThatTheDemoModelKnows) {
  std::ofstream(path("even.ppm"), std::ios::binary) << "P6 40 40 255\n" << std::string(std::size_t{40} * 40 * 3, '\x80');
  const Outcome words = run("classify even.ppm --top 2");
  ASSERT_EQ(words.status, 0) << words.err;
  EXPECT_NE(words.out.find("Probably none of the 20 things that this model knows. The nearest:"), std::string::npos) << words.out;
  const json result = json::parse(run("classify even.ppm --json").out).at("results").at(0);
  EXPECT_EQ(result.at("known"), false);
  EXPECT_LT(result.at("score"), result.at("threshold"));
  // The same numbers in the page's files.
  ASSERT_EQ(run("render even.ppm --maps 1 --out out").status, 0);
  const json prediction = json::parse(text_of(read_file(path("out/even/prediction.json"))));
  for (const char* const field : {"known", "score", "threshold"}) EXPECT_EQ(prediction.at(field), result.at(field)) << field;
}

TEST_F(CommandLine, ProjectionOfAGivenArrayEqualsThatOfTheReference) {
  std::vector<float> pixels(std::size_t{3} * 224 * 224);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = std::sin(static_cast<float>(i) * 0.37F);
  write_file(path("x.npy"), encode_npy(Tensor({1, 3, 224, 224}, pixels)));
  ASSERT_EQ(run("project --input-npy x.npy --layer conv3 --npy cpu.npy").status, 0);
  ASSERT_EQ(run("project --input-npy x.npy --layer conv3 --npy reference.npy --backend reference").status, 0);
  const Tensor cpu = npy("cpu.npy");
  const Tensor reference = npy("reference.npy");
  ASSERT_EQ(cpu.shape(), (Shape{1, 3, 224, 224}));
  double difference = 0;
  double scale = 0;
  for (std::size_t i = 0; i < cpu.size(); ++i) {
    difference = std::max(difference, std::abs(static_cast<double>(cpu.values()[i]) - reference.values()[i]));
    scale = std::max(scale, std::abs(static_cast<double>(reference.values()[i])));
  }
  ASSERT_GT(scale, 0);
  EXPECT_LT(difference, 1e-4 * scale);
}

TEST_F(CommandLine, RenderWritesOnePageThatNeedsNothingElse) {
  const Outcome outcome = run("render photo.png --out out --json");
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  const json result = json::parse(outcome.out);
  EXPECT_TRUE(fs::exists(path(result.at("page").get<std::string>())));
  EXPECT_TRUE(fs::exists(path("out/photo/conv5_projections.png")));
}

TEST_F(CommandLine, BadInputIsNamedAndLeavesNothing) {
  std::ofstream(path("empty.jpg"));
  std::ofstream(path("text.png")) << "no picture";
  std::ofstream(path("broken.safetensors")) << "no model";
  expect_failure("classify missing.jpg", "missing.jpg");
  expect_failure("classify empty.jpg", "empty.jpg");
  expect_failure("classify text.png", "text.png");
  expect_failure("classify", "IMAGE");
  expect_failure("info broken.safetensors", "broken.safetensors");
  expect_failure("info missing.safetensors", "missing.safetensors");
  expect_failure("classify photo.png --backend cuda", "cuda");
  expect_failure("project photo.png --layer conv9 --npy out.npy", "conv5");
  expect_failure("project photo.png --layer conv5 --map 9999 --npy out.npy", "9999");
  expect_failure("project photo.png --layer conv5 --at 99,0 --npy out.npy", "99");
  expect_failure("train --data missing --out run", "missing");
  expect_failure("eval --data missing", "missing");
  expect_failure("ablate retrain --data missing --out run", "missing");
  expect_failure("transfer --data missing --out run", "missing");
  EXPECT_FALSE(fs::exists(path("out.npy")));
}

TEST_F(CommandLine, TrainingGoesOnWhereItWasKilled) {
  write_data();
  const std::string train = "train --arch zfnet --width 0.05 --fc 8 --size 64 --resize 64 --batch 4 --epochs 60 --threads 1 --data data ";
  ASSERT_EQ(run(train + "--out whole").status, 0);
  ASSERT_NE(zfscope_killed(train + "--out cut", path(""), 1).status, 0);
  const Outcome resumed = run(train + "--out cut --json");
  ASSERT_EQ(resumed.status, 0) << resumed.err;
  EXPECT_EQ(read_file(path("whole/model.safetensors")), read_file(path("cut/model.safetensors")));
  EXPECT_EQ(json::parse(resumed.out).at("epochs"), 60);
  const Outcome eval = run("eval cut/model.safetensors --data data --json");
  ASSERT_EQ(eval.status, 0) << eval.err;
  EXPECT_EQ(json::parse(eval.out).at("images"), 8);

  EXPECT_GE(json::parse(eval.out).at("known").at("rightly_named_known"), 0.95);

  const Outcome twice = run("eval cut/model.safetensors --with cut/model.safetensors --data data --json");
  ASSERT_EQ(twice.status, 0) << twice.err;
  EXPECT_EQ(json::parse(twice.out).at("models").size(), 2);
  EXPECT_EQ(json::parse(twice.out).at("top1_error"), json::parse(eval.out).at("top1_error"));
}

// With few photos a network starts from the demo model's, with class scores of its own.
TEST_F(CommandLine, FewPhotosTeachTheDemoModel) {
  write_data();
  const Outcome taught = run("train --data data --epochs 2 --batch 8 --out taught");
  ASSERT_EQ(taught.status, 0) << taught.err;
  EXPECT_NE(taught.out.find("16 photos are few"), std::string::npos) << taught.out;
  EXPECT_NE(taught.out.find("fc8.weight"), std::string::npos) << taught.out;
  const json info = json::parse(run("info taught/model.safetensors --json").out);
  EXPECT_EQ(info.at("classes"), json({"even", "odd"}));
  EXPECT_EQ(info.at("input"), json({3, 224, 224}));

  const Outcome again = run("train --from taught/model.safetensors --data data --epochs 1 --batch 8 --out again");
  ASSERT_EQ(again.status, 0) << again.err;
  EXPECT_EQ(again.out.find("not taken"), std::string::npos) << again.out;
  EXPECT_NE(run("train --from missing.safetensors --data data --epochs 1 --out other").err.find("missing.safetensors"), std::string::npos);
}

// One channel, twice as wide as high: from training to every experiment on a photo.
TEST_F(CommandLine, GreyAndOblongNetworksWorkEverywhere) {
  write_data();
  ASSERT_EQ(
      run("train --arch zfnet --width 0.05 --fc 8 --size 64 --across 128 --grey --resize 64 --batch 4 --epochs 1 --data data --out run")
          .status,
      0);
  const json info = json::parse(run("info run/model.safetensors --json").out);
  EXPECT_EQ(info.at("input"), json({1, 64, 128}));
  write_photo(path("photo.png"), 400, 200, 1);
  for (const std::string command :
       {"eval run/model.safetensors --data data", "classify run/model.safetensors photo.png",
        "render run/model.safetensors photo.png --out page", "project run/model.safetensors photo.png --layer conv3 --out projections.png",
        "ablate run/model.safetensors photo.png --out ablation",
        "occlude run/model.safetensors photo.png --size 16 --stride 16 --out occlusion",
        "invariance run/model.safetensors photo.png --out invariance", "mine run/model.safetensors --data data --out atlas.safetensors"}) {
    const Outcome done = run(command + " --backend cpu");
    EXPECT_EQ(done.status, 0) << command << ": " << done.err;
  }
  const Tensor probability = npy("occlusion/probability_pixels.npy");
  EXPECT_EQ(probability.shape().map(), (Size{64, 128}));
  const Outcome refused =
      run("train --from run/model.safetensors --arch zfnet --width 0.05 --fc 8 --size 64 --epochs 1 --data data --out other");
  EXPECT_NE(refused.status, 0);
  EXPECT_NE(refused.err.find("3 input channels, found one of 1"), std::string::npos) << refused.err;
}

TEST_F(CommandLine, EvalTellsKnownFromUnknownAndCalibrates) {
  write_data();
  ASSERT_EQ(run("train --arch zfnet --width 0.05 --fc 8 --size 64 --resize 64 --batch 4 --epochs 1 --data data --out run").status, 0);
  const std::string eval = "eval run/model.safetensors --data data --json ";
  // Against its own photos the score can only guess.
  const json same = result(eval + "--unknown data/val").at("known");
  EXPECT_EQ(same.at("unknown_photos"), 8);
  EXPECT_EQ(same.at("auroc"), 0.5);
  EXPECT_EQ(same.at("unknown_taken_for_known"), same.at("known"));
  const json calibrated = result(eval + "--resize 80 --calibrate new.safetensors").at("known");
  EXPECT_GE(calibrated.at("rightly_named_known"), 0.95);
  EXPECT_NE(calibrated.at("threshold"), same.at("threshold"));
  EXPECT_EQ(result("eval new.safetensors --data data --json").at("known"), calibrated);  // which keeps the size, too
  EXPECT_EQ(fs::file_size(path("new.safetensors")) / 1000, fs::file_size(path("run/model.safetensors")) / 1000);
  expect_failure(eval + "--unknown missing", "missing");
  expect_failure(eval + "--unknown data/val --with run/model.safetensors", "one model");
}

TEST_F(CommandLine, TransferGoesOnWhereItStoppedAndAddsSplits) {
  write_data();
  const std::string transfer = "transfer --data data --out out --train 3 --layers 1,7 --costs 1 --json --splits ";
  const Outcome first = run(transfer + "1");
  ASSERT_EQ(first.status, 0) << first.err;
  const json one = json::parse(first.out).at("results");
  ASSERT_EQ(one.size(), 4U);
  const Outcome second = run(transfer + "2");
  ASSERT_EQ(second.status, 0) << second.err;
  const json both = json::parse(second.out).at("results");
  ASSERT_EQ(both.size(), 8U);
  for (std::size_t i = 0; i < one.size(); ++i) EXPECT_EQ(both[i], one[i]);
  for (const char* const file : {"out/transfer.md", "out/transfer.csv", "out/results.json"}) EXPECT_TRUE(fs::exists(path(file))) << file;
  expect_failure("transfer --data data --out out2 --train 30", "found 8 of \"even\"");
  expect_failure("transfer --data data --out out2 --train 3 --layers 9", "found 9");
}

}  // namespace

}  // namespace zf::testing
