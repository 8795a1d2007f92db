// The program's render command, run as people run it.
#include <nlohmann/json.hpp>

#include "rendering.h"

namespace zf {
namespace {

namespace fs = std::filesystem;

struct Render : test::Rendering {
  Render() {
    for (const char* name : {"a.png", "b.png"}) write_photo(name, static_cast<std::uint32_t>(name[0]));
    write_file(folder / "broken.png", std::string_view("not a picture"));
  }
};

TEST_F(Render, WritesPagePicturesAndNumbers) {
  ASSERT_EQ(run("small.safetensors a.png b.png --out story --maps 3 --json"), 0) << read("err.txt");
  const nlohmann::json json = nlohmann::json::parse(read("out.txt"));
  EXPECT_EQ(json["page"], "story/index.html");
  ASSERT_EQ(json["images"].size(), 2U);
  EXPECT_EQ(json["images"][1]["image"], "b.png");
  EXPECT_TRUE(json["skipped"].empty());
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
  EXPECT_EQ(json["skipped"].size(), 2U);
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
