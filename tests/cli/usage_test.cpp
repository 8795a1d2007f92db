// What the command line says where words, files and threads are missing, and where its results cannot be written.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/io/model.h"
#include "tests/cli/program.h"
#include "tests/nn/testing.h"

namespace zf::testing {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// A network that ends in convolutions, without anything fully connected.
Network all_convolutions() {
  return {"all-conv",
          {1, 3, 12, 12},
          {{"conv1", ConvLayer{6, 3, 1, 1, 1}},
           {"relu1", ReluLayer{}},
           {"pool1", MaxPoolLayer{{2, 2, 0, false}}},
           {"conv2", ConvLayer{4, 6, 1, 0, 1}}}};
}

/// Nothing that learns, and no convolution to look at.
Network only_relu() { return {"only-relu", {1, 3, 12, 12}, {{"relu1", ReluLayer{}}, {"prob", SoftmaxLayer{}}}}; }

class Usage : public CommandTest {
 protected:
  void SetUp() override {
    write_photo(path("photo.png"), 60, 50, 1);
    write_photo(path("photos/a.png"), 60, 50, 2);
  }

  void write_model(const std::string& name, const Network& network, std::vector<std::string> classes = {}) const {
    Preprocess preprocess;
    preprocess.resize = network.input.h;
    preprocess.crop = network.input.map();
    const std::size_t scores = output_shapes(network)[static_cast<std::size_t>(logits_layer(network))].item();
    while (classes.size() < scores) classes.push_back("thing " + std::to_string(classes.size()));
    save_model(path(name), {network, random_parameters(network, 1), {}, classes, preprocess, {}}, Precision::kFloat32);
  }
  /// With the standard output on a full disk.
  [[nodiscard]] Outcome run_full(const std::string& arguments) const {
    return zfscope(arguments, path(""), "sh -c '\"$@\" >/dev/full' sh");
  }
};

TEST_F(Usage, ResultsThatCannotBeWrittenAreAFailure) {
  write_model("net.safetensors", all_convolutions());
  for (const char* arguments : {"--help", "info", "info --json", "info --backends", "classify photo.png net.safetensors",
                                "classify photo.png net.safetensors --json", "project photo.png net.safetensors --layer conv1 --npy p.npy",
                                "occlude photo.png net.safetensors --size 4", "ablate photo.png net.safetensors --mute conv1:0 --json",
                                "mine net.safetensors --data photos --out a.atlas --json"}) {
    const Outcome outcome = run_full(arguments);
    EXPECT_EQ(outcome.status, 1) << arguments;
    EXPECT_NE(outcome.err.find("No space left"), std::string::npos) << arguments << ": " << outcome.err;
  }
  const Outcome closed = zfscope("info --json", path(""), "sh -c '\"$@\" >&-' sh");
  EXPECT_EQ(closed.status, 1) << closed.err;
}

TEST_F(Usage, WordsThatMeanNothingAreNamedWithWhatIsNear) {
  expect_failure("nonsense", "found \"nonsense\"", 2);
  expect_failure("nonsense", "info, import", 2);
  EXPECT_EQ(run("nonsense").err.find("near it"), std::string::npos);
  expect_failure("clasify photo.png", "found \"clasify\"; near it: classify", 2);
  expect_failure("MINE", "near it: mine", 2);
  expect_failure("project photo.png --npy p.npy --layer conv9", "found \"conv9\"; near it: conv1, conv2, conv3");
  expect_failure("occlude photo.png --layer lgits", "near it: logits");
  expect_failure("occlude photo.png --label gold_bal", "found gold_bal; near it: golf ball");
}

TEST_F(Usage, ALabelThatFitsSeveralClassesIsRefusedWithBoth) {
  write_model("net.safetensors", all_convolutions(), {"crane", "golf ball", "Golf_Ball", "crane"});
  const std::string occlude = "occlude photo.png net.safetensors --size 4 --label ";
  expect_failure(occlude + "crane", "crane (0) and crane (3)");
  expect_failure(occlude + "'GOLF BALL'", "golf ball (1) and Golf_Ball (2)");
  EXPECT_EQ(result(occlude + "'golf ball'").at("label"), 1);
  EXPECT_EQ(result(occlude + "3").at("class"), "crane (3)");
  EXPECT_EQ(result(occlude + "'crane (3)'").at("label"), 3);
  std::vector<std::string> names;
  const json found = result("classify photo.png net.safetensors");
  for (const json& top : found.at("results").at(0).at("top")) names.push_back(top.at("class"));
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"Golf_Ball", "crane (0)", "crane (3)", "golf ball"}));
}

TEST_F(Usage, InfoIgnoresNothing) {
  EXPECT_FALSE(result("info").contains("backend"));
  EXPECT_NE(result("info --backend reference").at("backend").get<std::string>(), "");
  EXPECT_NE(run("info --threads 3 --backend cpu").out.find("3 threads"), std::string::npos);
  expect_failure("info photo.png", "found photo.png");
  expect_failure("info --backends net.safetensors", "--backends alone", 2);
  expect_failure("info --backends --threads 2", "--backends alone", 2);
}

TEST_F(Usage, ThreadsHaveABoundAndMayBeFewerThanAskedFor) {
  expect_failure("classify photo.png --threads 1025", "--threads", 2);
  expect_failure("classify photo.png --threads -1", "--threads", 2);
  write_model("net.safetensors", all_convolutions());
  for (int i = 0; i < 40; ++i) {
    const char* split = i % 2 == 0 ? "train" : "val";
    write_photo(path("data") / split / (i % 4 < 2 ? "even" : "odd") / (std::to_string(i) + ".png"), 40, 40, i);
  }
  // Room for two or three stacks of 900 MB, and for the rest.
  const std::string room = "sh -c 'ulimit -s 900000; ulimit -v 3500000; exec \"$@\"' sh timeout 100";
  for (const char* arguments :
       {"classify photo.png net.safetensors", "mine net.safetensors --data data --out a.atlas",
        "render photo.png net.safetensors data --out pages",
        "train --data data --out run --arch zfnet --size 64 --width 0.05 --fc 8 --epochs 1 --batch 8 --from scratch"}) {
    const Outcome outcome = zfscope(std::string(arguments) + " --threads 900 --backend cpu", path(""), room);
    EXPECT_EQ(outcome.status, 0) << arguments << ": " << outcome.err;
  }
}

TEST_F(Usage, NetworksThatEndInConvolutionsAreTakenApart) {
  write_model("net.safetensors", all_convolutions());
  const json ranking = result("ablate photo.png net.safetensors --out out");
  EXPECT_EQ(ranking.at("maps"), 6);
  EXPECT_EQ(run("render photo.png net.safetensors --out page").status, 0);
  expect_failure("ablate photo.png net.safetensors --layers conv2", "below the logits");
  Network last = all_convolutions();
  last.layers = {{"conv1", ConvLayer{4, 12, 1, 0, 1}}};
  write_model("last.safetensors", last);
  expect_failure("ablate photo.png last.safetensors", "expected convolutions below the class scores");
  EXPECT_EQ(run("render photo.png last.safetensors --out page_of_one").status, 0);
}

TEST_F(Usage, NetworksWithoutAnythingToLookAtAreRefusedInWords) {
  write_model("relu.safetensors", only_relu());
  Network soft = only_relu();
  soft.layers.erase(soft.layers.begin());
  write_model("soft.safetensors", soft);
  for (const char* model : {"relu.safetensors", "soft.safetensors"}) {
    for (const char* command :
         {"info", "classify photo.png", "project photo.png --layer logits --npy p.npy", "occlude photo.png --size 4", "ablate photo.png",
          "render photo.png --out page", "mine --data photos --out a.atlas", "invariance photo.png --out out"}) {
      const Outcome outcome = run(std::string(command) + " " + model);
      EXPECT_TRUE(outcome.status == 0 || (outcome.status == 1 && outcome.err.find("expected") != std::string::npos))
          << command << " " << model << ": " << outcome.status << " " << outcome.err;
    }
  }
}

TEST_F(Usage, LayersAreRankedInTheOrderOfTheirNames) {
  const json ranking = result("ablate photo.png --layers conv2,conv3,conv1");
  EXPECT_EQ(ranking.at("maps"), result("ablate photo.png --layers conv1,conv2,conv3").at("maps"));
}

TEST_F(Usage, MutesLeaveTheirNumbers) {
  const json muted = result("ablate photo.png --mute conv5:3,conv2 --out out");
  json written = json::parse(text_of(read_file(path("out/muted.json"))));
  EXPECT_EQ(written.at("muted"), json({"conv5:3", "conv2"}));
  EXPECT_EQ(written.at("logits"), muted.at("logits"));
  EXPECT_EQ(written.at("top"), muted.at("top"));
  EXPECT_EQ(muted.at("out"), "out");
}

}  // namespace

}  // namespace zf::testing
