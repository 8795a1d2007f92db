// Shards of every command that has them, joined, against one process: byte by byte.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/cli/program.h"

namespace zf::testing {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int kPhotos = 75;  // three batches

class Shards : public CommandTest {
 protected:
  /// A model that trains in no time, and more photos than a batch, among them files that are none.
  void SetUp() override {
    for (int i = 0; i < 8; ++i) write_photo(path("few/train") / kind(i) / (std::to_string(i) + ".png"), 72, 66, i);
    for (int i = 0; i < 2; ++i) write_photo(path("few/val") / kind(i) / (std::to_string(i) + ".png"), 72, 66, i);
    ASSERT_EQ(
        run("train --arch zfnet --width 0.05 --fc 8 --size 64 --resize 64 --batch 4 --epochs 1 --data few --out run --threads 1").status,
        0);
    for (int i = 0; i < kPhotos; ++i) write_photo(path("data/val") / kind(i) / (std::to_string(i) + ".png"), 72, 66, i);
    std::ofstream(path("data/val/even/36.png")) << "no photo";
    std::ofstream(path("data/val/odd/notes.txt")) << "no photo";
  }
  static const char* kind(int i) { return i % 2 == 0 ? "even" : "odd"; }

  /// Runs `zfscope COMMAND --shard I/N --out OUT`, last shard first.
  void run_shards(const std::string& command, int shards, const std::string& out) const {
    for (int i = shards - 1; i >= 0; --i) {
      const Outcome outcome = run(command + " --threads 2 --shard " + std::to_string(i) + "/" + std::to_string(shards) + " --out " + out);
      EXPECT_EQ(outcome.status, 0) << outcome.err;
    }
  }
  /// Every file of a folder, hidden ones too.
  [[nodiscard]] std::map<std::string, std::string> files(const std::string& folder) const {
    std::map<std::string, std::string> result;
    for (const auto& entry : fs::recursive_directory_iterator(path(folder))) {
      if (!entry.is_directory()) result[entry.path().lexically_relative(path(folder))] = text_of(read_file(entry.path()));
    }
    return result;
  }
  void expect_same_folders(const std::string& expected, const std::string& found) const {
    const auto wanted = files(expected);
    const auto there = files(found);
    EXPECT_EQ(wanted.size(), there.size());
    for (const auto& [name, bytes] : wanted) {
      ASSERT_EQ(there.count(name), 1U) << name;
      EXPECT_TRUE(there.at(name) == bytes) << name;
    }
  }
};

TEST_F(Shards, Mine) {
  const std::string command = "mine run/model.safetensors --data data --top 3";
  ASSERT_EQ(run(command + " --out whole").status, 0);
  const std::vector<std::byte> whole = read_file(path("whole"));
  // Scans in one folder a shard: merge projects the winners itself.
  for (int i = 0; i < 2; ++i) ASSERT_EQ(run(command + fmt::format(" --shard {0}/2 --out scan{0}", i)).status, 0);
  const Outcome merged = run("merge scan1 scan0 --out joined --json");
  ASSERT_EQ(merged.status, 0) << merged.err;
  EXPECT_EQ(json::parse(merged.out).at("images"), kPhotos - 1);
  EXPECT_EQ(json::parse(merged.out).at("skipped"), 1);
  EXPECT_EQ(read_file(path("joined")), whole);
  EXPECT_FALSE(fs::exists(path("joined.part")));
  // In a folder that they share: the second time each projects its part.
  run_shards(command, 4, "parts");
  run_shards(command, 4, "parts");
  ASSERT_EQ(run("merge parts --out joined2").status, 0);
  EXPECT_EQ(read_file(path("joined2")), whole);

  expect_failure(command + " --shard 0/3 --out parts", "parts of 3 shards");
  expect_failure(command + " --shard 0/2 --out parts2 --figure no.png", "a shard");
  fs::remove(path("parts/parts/2-of-4.scan.safetensors"));
  expect_failure("merge parts --out joined3", "none of shard 2");
}

TEST_F(Shards, Eval) {
  fs::copy_file(path("run/model.safetensors"), path("second.safetensors"));
  for (const std::string& models : {std::string(), std::string(" --with second.safetensors"), std::string(" --ten-crop")}) {
    const std::string command = "eval run/model.safetensors --data data" + models;
    const Outcome whole = run(command + " --json");
    ASSERT_EQ(whole.status, 0) << whole.err;
    const std::string words = run(command).out;
    for (const int shards : {1, 2, 5}) {
      const std::string out = fmt::format("parts{}_{}", models.size(), shards);
      run_shards(command, shards, out);
      EXPECT_EQ(run("merge " + out + " --json").out, whole.out) << models;
      EXPECT_EQ(run("merge " + out).out, words);
    }
  }
  // A part that ends early is gone on with.
  const std::string command = "eval run/model.safetensors --data data --shard 0/2 --out cut";
  ASSERT_EQ(run(command).status, 0);
  json part = json::parse(text_of(read_file(path("cut/parts/0-of-2.json"))));
  const json finished = part;
  part.at("results").erase(1);
  std::ofstream(path("cut/parts/0-of-2.json")) << part.dump();
  expect_failure("merge cut", "none of shard 1");
  ASSERT_EQ(run("eval run/model.safetensors --data data --shard 1/2 --out cut").status, 0);
  expect_failure("merge cut", "found 1 of 2 things done");
  ASSERT_EQ(run(command).status, 0);
  EXPECT_EQ(json::parse(text_of(read_file(path("cut/parts/0-of-2.json")))), finished);

  expect_failure("eval run/model.safetensors --data data --ten-crop --shard 1/2 --out cut", "ten crops: false there, true now");
  write_photo(path("data/val/odd/new.png"), 72, 66, 3);
  expect_failure(command, "photos");
}

TEST_F(Shards, Occlude) {
  const std::string command = "occlude run/model.safetensors --data data --count 5 --size 24 --stride 20";
  const Outcome whole = run(command + " --out whole --json");
  ASSERT_EQ(whole.status, 0) << whole.err;
  for (const int shards : {2, 3}) {
    const std::string out = fmt::format("parts{}", shards);
    run_shards(command, shards, out);
    const Outcome merged = run(fmt::format("merge {} --out joined{} --json", out, shards));
    EXPECT_EQ(merged.out, whole.out) << merged.err;
    expect_same_folders("whole", fmt::format("joined{}", shards));
  }
  expect_failure("occlude run/model.safetensors data/val/odd/1.png --shard 0/2 --out x", "--data");
}

TEST_F(Shards, Render) {
  fs::remove_all(path("data"));
  for (int i = 0; i < 5; ++i) write_photo(path("data") / kind(i) / (std::to_string(i) + ".png"), 72, 66, i);
  write_photo(path("data") / "odd" / "\xFF.png", 72, 66, 9);
  std::ofstream(path("data/even/none.png")) << "no photo";
  const std::string command = "render run/model.safetensors data --maps 1";
  const json whole = result(command + " --out whole");
  run_shards(command, 3, "site");
  EXPECT_FALSE(fs::exists(path("site/index.html")));
  const json elsewhere = result("merge site --out joined");
  expect_same_folders("whole", "joined");
  EXPECT_EQ(elsewhere.at("skipped"), whole.at("skipped"));
  EXPECT_EQ(elsewhere.at("images").size(), whole.at("images").size());
  static_cast<void>(result("merge site --out site"));
  expect_same_folders("whole", "site");
  expect_failure("render run/model.safetensors data/odd/1.png --shard 0/2 --out x", "DIR");
}

TEST_F(Shards, Transfer) {
  for (int i = 0; i < 150; ++i)
    write_photo(path("other") / (i < 140 ? "train" : "test") / kind(i) / (std::to_string(i) + ".png"), 72, 66, i);
  const std::string command = "transfer run/model.safetensors --data other --train 4 --splits 1 --layers 3,5 --classifiers softmax";
  ASSERT_EQ(run(command + " --out whole").status, 0);
  run_shards(command, 2, "shared");
  EXPECT_FALSE(fs::exists(path("shared/results.json")));
  for (int i = 0; i < 2; ++i) ASSERT_EQ(run(command + fmt::format(" --shard {0}/2 --out own{0}", i)).status, 0);
  for (const std::string& parts : {std::string("shared"), std::string("own1 own0")}) {
    const std::string out = parts == "shared" ? "shared" : "joined";
    ASSERT_EQ(run("merge " + parts + " --out " + out).status, 0);
    expect_same_folders("whole/features", out + "/features");
    ASSERT_EQ(run(command + " --out " + out).status, 0);
    EXPECT_EQ(read_file(path(out + "/transfer.md")), read_file(path("whole/transfer.md")));
  }
}

TEST_F(Shards, BadInput) {
  const std::string command = "eval run/model.safetensors --data data --out parts --shard ";
  expect_failure(command + "4/4", "0 to 3", 2);
  expect_failure(command + "x", "expected I/N", 2);
  expect_failure(command + "auto/x", "expected I/N", 2);
  expect_failure("eval run/model.safetensors --data data --shard 0/2", "--shard and --out", 2);
  EXPECT_NE(zfscope(command + "auto", path(""), "env -u SLURM_PROCID -u OMPI_COMM_WORLD_RANK -u PMI_RANK").err.find("SLURM_ARRAY_TASK_ID"),
            std::string::npos);
  const Outcome outcome = zfscope(command + "auto", path(""), "env SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_COUNT=3");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_TRUE(fs::exists(path("parts/parts/2-of-3.json")));
  expect_failure("merge", "required", 2);
  expect_failure("merge nothing", "found nothing");
  expect_failure("merge data", "found none");
  expect_failure("merge run/model.safetensors --out x", "expected an atlas");
}

TEST_F(Shards, TwoProcessesWithOneNumberAreNoticed) {
  // The first holds its shard while it waits for the other scan.
  const std::string command = "mine run/model.safetensors --data data --top 3 --shard 0/2 --out parts";
  const Outcome both = zfscope(command, path(""),
                               "sh -c 'timeout 60 \"$0\" \"$@\" --wait 1 & first=$!; "
                               "while [ ! -e parts/parts/0-of-2.scan.safetensors ]; do sleep 0.1; done; \"$0\" \"$@\"; "
                               "status=$?; kill $first; exit $status'");
  EXPECT_EQ(both.status, 1);
  EXPECT_NE(both.err.find("expected nobody else to work on shard 0/2"), std::string::npos) << both.err;
}

}  // namespace

}  // namespace zf::testing
