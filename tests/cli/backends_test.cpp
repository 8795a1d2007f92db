// Backends by name: what there is, what is asked for and is not there, and that a GPU's interface finds what the CPU finds.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/cli/program.h"

namespace zf::testing {

namespace {

using nlohmann::json;

class BackendsCli : public CommandTest {
 protected:
  void SetUp() override { write_photo(path("photo.png"), 300, 240, 1); }

  [[nodiscard]] json backend(const std::string& name) const {
    const json list = result("info --backends --json");
    const auto found = std::find_if(list.begin(), list.end(), [&](const json& b) { return b.at("name") == name; });
    return found == list.end() ? json() : *found;
  }
};

TEST_F(BackendsCli, ListSaysWhatIsThereAndWhyTheRestIsNot) {
  const json list = result("info --backends --json");
  ASSERT_EQ(list.size(), 4U);
  for (const json& b : list) {
    EXPECT_EQ(b.at("available").get<bool>(), b.at("why").get<std::string>().empty()) << b;
    EXPECT_EQ(b.at("available").get<bool>(), !b.at("device").get<std::string>().empty()) << b;
  }
  EXPECT_TRUE(backend("cpu").at("available"));
  EXPECT_TRUE(backend("reference").at("available"));
  EXPECT_FALSE(backend("cpu").at("software"));
  EXPECT_NE(run("info --backends").out.find("reference"), std::string::npos);
}

TEST_F(BackendsCli, OnlyThoseOfTheBuildAreInTheHelp) {
  const std::string help = run("classify --help").out;
  for (const json& b : result("info --backends --json")) {
    const bool built = b.at("why").get<std::string>().find("not in this build") == std::string::npos;
    EXPECT_EQ(help.find(b.at("name").get<std::string>() + ",") != std::string::npos || b.at("name") == "reference", built) << b;
  }
}

TEST_F(BackendsCli, WhatIsNotThereIsRefusedInASentence) {
  expect_failure("classify photo.png --backend abacus", "found \"abacus\"");
  for (const char* name : {"cuda", "opengl"}) {
    const json b = backend(name);
    if (b.at("available")) continue;
    const std::string why = b.at("why");
    expect_failure("classify photo.png --backend " + std::string(name), why.substr(why.rfind(": ") + 2, 20));
  }
  // A driver that is too old, where Mesa plays one.
  if (backend("opengl").value("software", false)) {
    const Outcome old = zfscope("classify photo.png --backend opengl", path(""), "MESA_GL_VERSION_OVERRIDE=4.2");
    EXPECT_EQ(old.status, 1);
    EXPECT_NE(old.err.find("4.3"), std::string::npos) << old.err;
  }
}

TEST_F(BackendsCli, AutoNeverTakesASoftwareRenderer) {
  const json list = result("info --backends --json");
  const bool card = std::any_of(list.begin(), list.end(), [](const json& b) {
    return b.at("available") && !b.at("software") && b.at("name") != "cpu" && b.at("name") != "reference";
  });
  if (card) GTEST_SKIP() << "there is a card, and auto may take it";
  ASSERT_EQ(run("classify photo.png --npy auto.npy").status, 0);
  ASSERT_EQ(run("classify photo.png --npy cpu.npy --backend cpu").status, 0);
  EXPECT_EQ(read_file(path("auto.npy")), read_file(path("cpu.npy")));
}

class OnOpenGl : public BackendsCli {
 protected:
  void SetUp() override {
    BackendsCli::SetUp();
    if (!backend("opengl").at("available")) GTEST_SKIP() << "no OpenGL: " << backend("opengl").at("why");
  }

  /// Trains a small model into run/model.safetensors.
  void train_small() const {
    for (int i = 0; i < 12; ++i) {
      write_photo(path("data") / (i % 3 == 2 ? "val" : "train") / (i % 2 == 0 ? "even" : "odd") / (std::to_string(i) + ".png"), 40, 40, i);
    }
    ASSERT_EQ(
        run("train --arch zfnet --width 0.1 --fc 16 --size 64 --resize 64 --batch 4 --epochs 2 --threads 1 --data data --out run").status,
        0);
  }
  void expect_same(const std::string& gpu, const std::string& cpu, double tolerance) const {
    const Tensor found = npy(gpu);
    const Tensor expected = npy(cpu);
    ASSERT_EQ(found.shape(), expected.shape()) << gpu;
    double scale = 0;
    for (const float v : expected.values()) scale = std::max(scale, std::abs(static_cast<double>(v)));
    for (std::size_t i = 0; i < found.size(); ++i) {
      ASSERT_NEAR(found.values()[i], expected.values()[i], tolerance * scale) << gpu << " at " << i;
    }
  }
};

// The whole story of a photo, without a display.
TEST_F(OnOpenGl, RenderNeedsNoDisplayAndTellsTheSame) {
  train_small();
  const std::string render = "render run/model.safetensors photo.png --maps 2 ";
  const Outcome gpu = zfscope(render + "--out gpu --backend opengl", path(""), "env -u DISPLAY");
  ASSERT_EQ(gpu.status, 0) << gpu.err;
  ASSERT_EQ(run(render + "--out cpu --backend cpu").status, 0);
  for (const char* name : {"conv1", "conv5", "fc6", "logits"}) {
    const std::string file = std::string("/photo/") + name + ".npy";
    expect_same("gpu" + file, "cpu" + file, 2e-5);
  }
  expect_same("gpu/photo/occlusion_probability.npy", "cpu/photo/occlusion_probability.npy", 1e-4);
  expect_same("gpu/photo/occlusion_activation.npy", "cpu/photo/occlusion_activation.npy", 1e-4);
  const CsvTable found = csv("gpu/photo/ablation.csv");
  const CsvTable expected = csv("cpu/photo/ablation.csv");
  EXPECT_EQ(found.rows(), expected.rows());
}

TEST_F(OnOpenGl, ProjectionsUnderThreeRules) {
  for (const std::string rule : {"deconvnet", "gradient", "guided"}) {
    for (const std::string backend : {"opengl", "cpu"}) {
      ASSERT_EQ(
          run("project photo.png --layer conv5 --map 3 --rule " + rule + " --backend " + backend + " --npy " + backend + ".npy").status, 0);
    }
    expect_same("opengl.npy", "cpu.npy", 1e-4);
  }
}

TEST_F(OnOpenGl, TrainingSaysWhatTrains) {
  write_photo(path("data/train/a/1.png"), 40, 40, 1);
  write_photo(path("data/val/a/1.png"), 40, 40, 1);
  expect_failure("train --arch zfnet --data data --out run --backend opengl", "expected a backend that trains");
  EXPECT_FALSE(std::filesystem::exists(path("run")));
}

}  // namespace

}  // namespace zf::testing
