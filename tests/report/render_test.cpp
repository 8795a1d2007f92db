// The program's render command, run as people run it.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/io/atomic_file.h"
#include "core/report/png.h"
#include "small_story.h"

namespace zf {
namespace {

namespace fs = std::filesystem;

struct Render : ::testing::Test {
  Render()
      : folder(fs::path(::testing::TempDir()) /
               fmt::format("render-{}-{}", ::getpid(), ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::create_directories(folder);
    Model model;
    model.network = test::story_network();
    model.parameters = test::story_parameters(model.network);
    model.classes = test::story_classes();
    model.preprocess = test::story_preprocess();
    save_model(folder / "small.safetensors", model, Precision::kFloat32);
    for (const char* name : {"a.png", "b.png"}) {
      const Image photo = test::noise_photo(60, 50, static_cast<std::uint32_t>(name[0]));
      write_file(folder / name, encode_png({photo.width, photo.height, photo.rgb}));
    }
    write_file(folder / "broken.png", std::string_view("not a picture"));
  }
  ~Render() override { fs::remove_all(folder); }
  Render(const Render&) = delete;
  Render& operator=(const Render&) = delete;

  /// The exit code; what was printed lies in out.txt and err.txt.
  int run(const std::string& arguments) {
    const std::string command =
        fmt::format("cd '{}' && '{}' render --backend cpu --threads 1 {} >out.txt 2>err.txt", folder.string(), ZF_PROGRAM, arguments);
    const int status = std::system(command.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  std::string read(const fs::path& name) {
    std::ifstream file(folder / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  fs::path folder;
};

TEST_F(Render, WritesPagePicturesAndNumbers) {
  ASSERT_EQ(run("small.safetensors a.png b.png --out story --maps 3 --json"), 0) << read("err.txt");
  const nlohmann::json json = nlohmann::json::parse(read("out.txt"));
  EXPECT_EQ(json["page"], "story/index.html");
  ASSERT_EQ(json["images"].size(), 2U);
  EXPECT_EQ(json["images"][1]["image"], "b.png");
  EXPECT_TRUE(json["failed"].empty());
  EXPECT_EQ(nlohmann::json::parse(read("story/b/prediction.json"))["top"], json["images"][1]["top"]);
  EXPECT_EQ(nlohmann::json::parse(read("story/a/conv1_projections.json"))["units"].size(), 3U);
  for (const char* file :
       {"index.html", "a/photo.png", "a/conv1_grid.png", "a/conv1.npy", "b/conv2_projections.png", "b/logits_grid.png"}) {
    EXPECT_TRUE(fs::exists(folder / "story" / file)) << file;
  }
  for (const auto& entry : fs::recursive_directory_iterator(folder / "story")) EXPECT_NE(entry.path().extension(), ".tmp");
}

TEST_F(Render, ABrokenPhotoIsNamedAndTheOthersGoOn) {
  EXPECT_EQ(run("small.safetensors broken.png a.png missing.png --out story --json"), 1);
  const nlohmann::json json = nlohmann::json::parse(read("out.txt"));
  EXPECT_EQ(json["images"].size(), 1U);
  EXPECT_EQ(json["failed"].size(), 2U);
  EXPECT_NE(read("err.txt").find("broken.png"), std::string::npos);
  EXPECT_NE(read("err.txt").find("missing.png"), std::string::npos);
  EXPECT_TRUE(fs::exists(folder / "story/index.html"));
  EXPECT_FALSE(fs::exists(folder / "story/broken"));
}

TEST_F(Render, WithoutAGoodPhotoThereIsNoPage) {
  EXPECT_EQ(run("small.safetensors broken.png --out story"), 1);
  EXPECT_FALSE(fs::exists(folder / "story/index.html"));
}

TEST_F(Render, RefusesAFolderThatIsAFile) {
  EXPECT_EQ(run("small.safetensors a.png --out b.png"), 1);
  EXPECT_NE(read("err.txt").find("b.png"), std::string::npos);
}

TEST_F(Render, BadUsageIsTold) {
  EXPECT_EQ(run("small.safetensors a.png"), 2);
  EXPECT_EQ(run("small.safetensors a.png --out story --rule magic"), 2);
  EXPECT_EQ(run("small.safetensors --out story"), 1);
}

}  // namespace
}  // namespace zf
